package com.example.app

import org.junit.Assert.assertEquals
import org.junit.Test

class GreetingTest {
    @Test
    fun greets() {
        assertEquals("Hello, world!", greeting("world"))
    }
}

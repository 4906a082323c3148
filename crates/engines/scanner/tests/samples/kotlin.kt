class A(val x: Int) : B() {
    val y: Int get() = if (x > 1) 1 else 2
    constructor(a: String) : this(1) { if (a == "") {} }
    init { println(1) }
    fun f(a: Int, b: Int? = null): Int {
        for (i in 1..2) { while (true) { } }
        do { } while (x > 1)
        when (a) { 1 -> 2; in 1..2 -> 3; else -> 4 }
        val q = list.map { it -> if (it > 1) 1 else 2 }
        val z = fun(x: Int): Int { return x ?: 1 }
        try { } catch (e: E) { } finally { }
        return a?.b ?: c && d || e
    }
    fun g() = 3
    companion object {
        fun h() {}
    }
}

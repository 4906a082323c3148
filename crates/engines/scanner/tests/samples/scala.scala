package a.b
import c.d
class A(x: Int) extends B {
  def f(a: Int)(b: Int, c: Int): Int = {
    if (a > 1 && b > 2 || c > 1) 1 else if (b == 2) 2 else 3
    for (i <- 1 to 2; j <- 2 to 3 if i > j) yield i
    a match { case 1 => 2; case x if x > 2 => 3; case _ => 4 }
    try { g() } catch { case e: E => 1 } finally { }
    list.map { x => if (x) 1 else 2 }
  }
  def g = if (x) 1 else 2
  def h(x: Int): Int =
    if (x > 1) 1
    else 2
}
object O { def k() { while (true) {} } }

using System;
namespace N {
  class A {
    int X { get { return x ?? 1; } set => x = value; }
    public int this[int i] { get { return i; } }
    A(int? a = null) : base(a) { if (a == null || a > 1 && b) { } else if (c) { } else { } }
    ~A() { }
    public static A operator +(A a, A b) => a.Q?.Z ?? b;
    int F<T>(List<int?> l, params string[] p) where T : new() {
      foreach (var x in l) { for (;;) { } }
      switch (l) { case 1: case 2: break; default: goto case 1; }
      int L(int q) { return q > 1 ? 1 : 2; }
      try { } catch (E e) when (e.X) { } finally { }
      return l switch { 1 => 2, _ => 3 };
    }
    abstract void G();
  }
}

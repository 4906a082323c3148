<?php
namespace A;
use B\C;
class A extends B {
    public function f(?int $a, $b = null, ...$c): ?string {
        foreach ($a as $k => $v) { while (1) { if ($k && $v || $b) { } elseif ($b) { } else if ($c) { } else { } } }
        $x = function ($y) use ($a) { return $y ? 1 : 2; };
        $z = $a ?? $b ?: $c?->d;
        switch ($a) { case 1: break; default: }
        return match ($a) { 1 => 2, default => 3 };
    }
    abstract function g();
}
function h() { try { } catch (E $e) { } }
$q = function ($r) { if ($r) { } };

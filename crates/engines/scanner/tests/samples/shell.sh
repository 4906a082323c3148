#!/bin/bash
# c
f() {
  if [ -z "$1" ] && test -f x || false; then echo a; elif true; then :; else exit 1; fi
  for i in 1 2; do while read -r l; do echo "$l"; done; done
  case "$1" in a) ;; b|c) ;; *) ;; esac
  cat <<EOF
text $x
EOF
}
function g { [[ $a == b && -n $c ]] && echo; }

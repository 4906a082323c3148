module m
  use iso_fortran_env, only: int32
  implicit none
contains
  ! comment
  pure function f(a, b) result(r)
    integer, intent(in) :: a, b
    integer :: r, i
    if (a > 1 .and. b > 2 .or. a == 3) then
      r = 1
    else if (b == 2) then
      r = 2
    elseif (b == 3) then
      r = 4
    else
      r = 3
    end if
    do i = 1, 10
      do while (r > 1)
        r = r - 1
      enddo
      if (i > 5) cycle
    end do
    select case (a)
    case (1)
      r = 1
    case default
      r = 2
    end select
  end function f
  subroutine s
    print *, 'x'
  end subroutine
end module m
program p
  call s
end program

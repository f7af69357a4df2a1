# What Debian hardens its programs with, here so that every build has it whatever flags it is given. The level of _FORTIFY_SOURCE that a
# packager's flags name is replaced. It wants an optimizing compiler and keeps out of the way of the sanitizers, who look at the same calls.
include(CheckCCompilerFlag)
target_compile_options(house INTERFACE -fstack-protector-strong -fPIE)
target_link_options(house INTERFACE -pie LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
if(NOT POSTERN_SANITIZE)
  target_compile_options(house INTERFACE $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=3>)
endif()
# Where the processor has it: checked with warnings as errors, because clang only warns of what means nothing on this one.
set(CMAKE_REQUIRED_FLAGS -Werror)
foreach(flag -fstack-clash-protection -fcf-protection -mbranch-protection=standard) # the latter two: of one processor family each
  string(MAKE_C_IDENTIFIER "HAVE${flag}" have)
  check_c_compiler_flag(${flag} ${have})
  if(${have})
    target_compile_options(house INTERFACE ${flag})
  endif()
endforeach()
unset(CMAKE_REQUIRED_FLAGS)

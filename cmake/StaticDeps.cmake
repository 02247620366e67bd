# pulsetaker_use_archives(<pattern>...)
#
# Debian's packages bring both a shared library and an archive of most that we
# use, and their CMake targets name the shared one. This turns the targets whose
# file matches one of the patterns to the archive beside it, for the whole
# project. To be called after all find_package. Calls between libraries that are
# linked so need no detour through tables of addresses.
#
# All libraries that use one of these must be turned with it, or a program would
# hold two copies: tests/tidy/linking_test.sh looks at the servers.

include_guard(GLOBAL)

function(_pulsetaker_to_archive path patterns result)
  set(${result} ${path} PARENT_SCOPE)
  if(NOT path MATCHES "\\.so[0-9.]*$")
    return()
  endif()
  get_filename_component(name ${path} NAME)
  string(REGEX REPLACE "\\.so[0-9.]*$" ".a" archive ${path})
  foreach(pattern IN LISTS patterns)
    if(name MATCHES "^${pattern}\\.so" AND EXISTS ${archive})
      set(${result} ${archive} PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

function(pulsetaker_use_archives)
  get_property(targets DIRECTORY PROPERTY IMPORTED_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(NOT type MATCHES "^(SHARED|STATIC|UNKNOWN)_LIBRARY$")
      continue()
    endif()
    set(locations IMPORTED_LOCATION)
    get_target_property(configs ${target} IMPORTED_CONFIGURATIONS)
    foreach(config IN LISTS configs)
      list(APPEND locations IMPORTED_LOCATION_${config})
    endforeach()
    foreach(property IN LISTS locations)
      get_target_property(path ${target} ${property})
      if(path)
        _pulsetaker_to_archive(${path} "${ARGV}" archive)
        set_target_properties(${target} PROPERTIES ${property} ${archive})
      endif()
    endforeach()
  endforeach()
endfunction()

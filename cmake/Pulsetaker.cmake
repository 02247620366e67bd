# What every target of ours has in common, said once.

include_guard(GLOBAL)

function(_pulsetaker_settings target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow
    # clang counts signs as conversions, and warns inside of libstdc++.
    $<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion>
    $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>
    $<$<BOOL:${PULSETAKER_WERROR}>:-Werror>)
  if(PULSETAKER_SANITIZE)
    target_compile_options(${target} PUBLIC
      -fsanitize=${PULSETAKER_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${PULSETAKER_SANITIZE})
  endif()
  if(PULSETAKER_SANITIZE STREQUAL "thread")
    # With __SANITIZE_THREAD__, protobuf's headers add members that the packaged
    # library does not know of: any message with a map would crash.
    target_compile_options(${target} PUBLIC -U__SANITIZE_THREAD__ -Wno-tsan)
  endif()
endfunction()

# pulsetaker_library(<name> SOURCES <file>... [DEPS <target>...])
#
# Includes are written from the root of the repository. What a library may
# include is what its DEPS name; tests/tidy checks that the folders obey.
function(pulsetaker_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPS")
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${arg_DEPS})
  _pulsetaker_settings(${name})
endfunction()

# pulsetaker_binary(<name> SOURCES <file>... DEPS <target>... [OUTPUT <file>])
#
# OUTPUT is the name of the file in bin/ where it is not the target's.
function(pulsetaker_binary name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "OUTPUT" "SOURCES;DEPS")
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${arg_DEPS})
  if(arg_OUTPUT)
    set_target_properties(${name} PROPERTIES OUTPUT_NAME ${arg_OUTPUT})
  endif()
  _pulsetaker_settings(${name})
endfunction()

# pulsetaker_describe(<binary> <proto library>...)
#
# Links all of each proto library, so that its descriptors are there: a file
# that declares only a service has no symbol that anyone refers to, and would be
# left out.
function(pulsetaker_describe binary)
  list(JOIN ARGN "," proto_libraries)
  set_target_properties(${binary} PROPERTIES
    LINK_LIBRARY_OVERRIDE WHOLE_ARCHIVE,${proto_libraries})
endfunction()

# pulsetaker_use_tcmalloc(<binary>)
#
# For those that allocate much: tcmalloc in place of the C library's malloc.
# Sanitizers bring an allocator of their own.
function(pulsetaker_use_tcmalloc binary)
  if(PULSETAKER_SANITIZE)
    return()
  endif()
  find_library(TCMALLOC_MINIMAL tcmalloc_minimal REQUIRED)
  target_link_libraries(${binary} PRIVATE ${TCMALLOC_MINIMAL})
endfunction()

# pulsetaker_test(<name> SOURCES <file>... DEPS <target>... [TIMEOUT <seconds>])
#
# One binary a tested file, so that a change rebuilds and reruns little. Tests
# run from the root of the repository.
function(pulsetaker_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;DEPS")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * ${PULSETAKER_TIMEOUT_FACTOR}")
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE
    ${arg_DEPS} GTest::gtest GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  _pulsetaker_settings(${name})
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT})
endfunction()

# The targets in the list `out`, each as its faulty variant if it has one.
function(_pulsetaker_faulty_deps out)
  set(deps)
  foreach(dep IN LISTS ARGN)
    if(TARGET ${dep}_faulty)
      list(APPEND deps ${dep}_faulty)
    else()
      list(APPEND deps ${dep})
    endif()
  endforeach()
  set(${out} ${deps} PARENT_SCOPE)
endfunction()

# pulsetaker_faulty_variant(<library> SOURCES <file>...)
#
# With PULSETAKER_FAULT_TESTS, makes <library>_faulty: <library> in which
# SOURCES, those that use common/base/fault.h, have its switches. The other
# objects are those of <library>. Of what it links it takes the faulty variants.
function(pulsetaker_faulty_variant name)
  if(NOT PULSETAKER_FAULT_TESTS)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES")
  list(JOIN arg_SOURCES "|" switched)
  string(REPLACE "." "\\." switched "${switched}")
  get_target_property(deps ${name} LINK_LIBRARIES)
  _pulsetaker_faulty_deps(deps ${deps})
  pulsetaker_library(${name}_faulty
    SOURCES ${arg_SOURCES}
            "$<FILTER:$<TARGET_OBJECTS:${name}>,EXCLUDE,/(${switched})\\.o$>"
    DEPS ${deps} faults)
  target_compile_definitions(${name}_faulty PRIVATE PULSETAKER_FAULTS)
endfunction()

# pulsetaker_faulty_executable(<executable> [OUTPUT <file>])
#
# With PULSETAKER_FAULT_TESTS, makes <executable>_faulty, a test or a binary,
# from the objects of <executable> and the faulty variants of what it links.
function(pulsetaker_faulty_executable name)
  if(NOT PULSETAKER_FAULT_TESTS)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "OUTPUT" "")
  get_target_property(deps ${name} LINK_LIBRARIES)
  get_target_property(folder ${name} RUNTIME_OUTPUT_DIRECTORY)
  get_target_property(override ${name} LINK_LIBRARY_OVERRIDE)
  _pulsetaker_faulty_deps(deps ${deps})
  pulsetaker_binary(${name}_faulty
    SOURCES $<TARGET_OBJECTS:${name}> DEPS ${deps} OUTPUT ${arg_OUTPUT})
  set_target_properties(${name}_faulty PROPERTIES
    LINKER_LANGUAGE CXX RUNTIME_OUTPUT_DIRECTORY ${folder})
  if(override)
    set_target_properties(${name}_faulty PROPERTIES
      LINK_LIBRARY_OVERRIDE "${override}")
  endif()
endfunction()

# pulsetaker_proto_library(<name> ROOT <folder> PROTOS <file>...
#                          [GRPC_PROTOS <file>...] [DEPS <target>...]
#                          [POLICIES])
#
# With POLICIES, a method in GRPC_PROTOS without a policy ends the build.
#
# Generates C++ from PROTOS, and stubs from GRPC_PROTOS, a subset of them. Paths
# are relative to ROOT, the folder that `import` and #include paths start from.
# One command a plugin, each with a depfile of its own: a depfile of both names
# an output that ninja does not expect, and everything is built every time.
function(pulsetaker_proto_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "POLICIES" "ROOT" "PROTOS;GRPC_PROTOS;DEPS")
  set(policies)
  set(policy_check)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${name}.gen)
  file(MAKE_DIRECTORY ${out})
  set(inc -I${arg_ROOT} -I${PROJECT_SOURCE_DIR}/proto -I${PULSETAKER_GOOGLEAPIS})
  if(arg_POLICIES)
    set(policies --plugin=protoc-gen-policy=$<TARGET_FILE:policy_check>
                 --policy_out=${out})
    set(policy_check policy_check)
  endif()
  set(generated)
  foreach(proto IN LISTS arg_PROTOS)
    string(REGEX REPLACE "\\.proto$" "" stem ${proto})
    add_custom_command(
      OUTPUT ${out}/${stem}.pb.cc ${out}/${stem}.pb.h
      COMMAND protobuf::protoc ${inc} --cpp_out=${out}
              --dependency_out=${out}/${stem}.pb.d ${proto}
      DEPENDS ${arg_ROOT}/${proto}
      DEPFILE ${out}/${stem}.pb.d
      WORKING_DIRECTORY ${arg_ROOT}
      VERBATIM)
    list(APPEND generated ${out}/${stem}.pb.cc ${out}/${stem}.pb.h)
  endforeach()
  foreach(proto IN LISTS arg_GRPC_PROTOS)
    string(REGEX REPLACE "\\.proto$" "" stem ${proto})
    add_custom_command(
      OUTPUT ${out}/${stem}.grpc.pb.cc ${out}/${stem}.grpc.pb.h
      COMMAND protobuf::protoc ${inc} --grpc_out=${out}
              --plugin=protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin>
              ${policies}
              --dependency_out=${out}/${stem}.grpc.d ${proto}
      DEPENDS ${arg_ROOT}/${proto} ${policy_check}
      DEPFILE ${out}/${stem}.grpc.d
      WORKING_DIRECTORY ${arg_ROOT}
      VERBATIM)
    list(APPEND generated ${out}/${stem}.grpc.pb.cc ${out}/${stem}.grpc.pb.h)
  endforeach()
  add_library(${name} STATIC ${generated})
  # SYSTEM: our warnings are not for code that we don't write.
  target_include_directories(${name} SYSTEM PUBLIC ${out})
  target_link_libraries(${name} PUBLIC
    ${arg_DEPS} protobuf::libprotobuf
    $<$<BOOL:${arg_GRPC_PROTOS}>:gRPC::grpc++>)
  set_target_properties(${name} PROPERTIES CXX_CLANG_TIDY "")
endfunction()

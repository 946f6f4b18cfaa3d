# SPDX-License-Identifier: Apache-2.0
# weft_add_model(NAME MODEL file.tflite [TARGET cortex-m4])
#
# Compiles a model with weft at configure time, and again when the model changes, and adds the
# library target NAME. Set WEFT_EXECUTABLE when weft is neither on PATH nor in .venv.

get_filename_component(WEFT_ROOT "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
find_program(WEFT_EXECUTABLE weft PATHS "${WEFT_ROOT}/.venv/bin" "${WEFT_ROOT}/.venv/Scripts")
if(NOT WEFT_EXECUTABLE)
  message(FATAL_ERROR "weft not found: activate its environment, or set WEFT_EXECUTABLE")
endif()

function(weft_add_model name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "MODEL;TARGET" "")
  if(ARG_UNPARSED_ARGUMENTS OR NOT ARG_MODEL)
    message(FATAL_ERROR "usage: weft_add_model(NAME MODEL file.tflite [TARGET target])")
  endif()
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${name}")
  set(options --name "${name}")
  if(ARG_TARGET)
    list(APPEND options --target "${ARG_TARGET}")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${ARG_MODEL}")
  execute_process(
    COMMAND "${WEFT_EXECUTABLE}" compile "${ARG_MODEL}" -o "${out}" ${options}
    RESULT_VARIABLE status
    OUTPUT_VARIABLE text
    ERROR_VARIABLE text)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "weft compile ${ARG_MODEL}: ${text}")
  endif()
  add_subdirectory("${out}" "${out}-build")
endfunction()

# SPDX-License-Identifier: Apache-2.0
# cmake -DHOST=program -DRUNNER=run.sh -DBOARD=firmware.elf -P compare_outputs.cmake
# Runs the host program and the firmware; both must succeed and print the same.
execute_process(COMMAND "${HOST}" RESULT_VARIABLE host_status OUTPUT_VARIABLE host_text)
execute_process(COMMAND "${RUNNER}" "${BOARD}" RESULT_VARIABLE board_status
                OUTPUT_VARIABLE board_text)
if(NOT host_status EQUAL 0 OR NOT board_status EQUAL 0)
  message(FATAL_ERROR "exit codes: host ${host_status}, board ${board_status}")
endif()
if(host_text STREQUAL "" OR NOT host_text STREQUAL board_text)
  message(FATAL_ERROR "host printed:\n${host_text}\nboard printed:\n${board_text}")
endif()

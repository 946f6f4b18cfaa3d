/* SPDX-License-Identifier: Apache-2.0
 *
 * Text and exit code through Arm semihosting, which QEMU and debug probes answer.
 */
#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

void semihosting_print(const char *text);

__attribute__((noreturn)) void semihosting_exit(int code);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Arm semihosting: the debugger, or QEMU, acts on a breakpoint.
 */
#ifndef WEFT_SEMIHOSTING_H
#define WEFT_SEMIHOSTING_H

#include <stdint.h>

enum {
    SEMIHOSTING_OPEN = 0x01,
    SEMIHOSTING_CLOSE = 0x02,
    SEMIHOSTING_WRITE = 0x05,
    SEMIHOSTING_READ = 0x06,
    SEMIHOSTING_EXIT = 0x20
};

/* Operation number in r0, argument block in r1, result in r0. */
static inline int32_t semihosting(int32_t operation, const uint32_t *block)
{
    register int32_t r0 __asm__("r0") = operation;
    register const uint32_t *r1 __asm__("r1") = block;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

#endif

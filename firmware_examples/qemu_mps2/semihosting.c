/* SPDX-License-Identifier: Apache-2.0 */
#include "semihosting.h"

#include <stdint.h>

enum { SYS_WRITE0 = 0x04, SYS_EXIT_EXTENDED = 0x20 };

#define APPLICATION_EXIT 0x20026u

/* Operation number in r0, argument in r1: the host acts on the breakpoint. */
static void call(int operation, const void *argument)
{
    register int r0 __asm("r0") = operation;
    register const void *r1 __asm("r1") = argument;

    __asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

void semihosting_print(const char *text)
{
    call(SYS_WRITE0, text);
}

void semihosting_exit(int code)
{
    const uint32_t block[2] = {APPLICATION_EXIT, (uint32_t)code};

    for (;;) {
        call(SYS_EXIT_EXTENDED, block);
    }
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Startup of an emulated Cortex-M: memory, main, and an exit code in every case.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "semihosting.h"

/* From the linker script. */
extern uint32_t stack_top[];
extern uint8_t data_start[], data_end[], bss_start[], bss_end[];
extern const uint8_t data_load[];

int main(void);
void reset_handler(void);
void fault_handler(void);

static void leave(int32_t code)
{
    const uint32_t block[2] = {0x20026u, (uint32_t)code}; /* application exit */
    for (;;) {
        (void)semihosting(SEMIHOSTING_EXIT, block);
    }
}

void reset_handler(void)
{
#if defined(__ARM_FP)
    *(volatile uint32_t *)0xE000ED88u |= 0xFu << 20; /* coprocessor access: the FPU */
#endif
    memcpy(data_start, data_load, (size_t)(data_end - data_start));
    memset(bss_start, 0, (size_t)(bss_end - bss_start));
    leave(main());
}

void fault_handler(void)
{
    leave(99);
}

__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    void (*reset)(void);
    void (*exceptions[14])(void);
} vectors = {
    stack_top,
    reset_handler,
    {fault_handler, fault_handler, fault_handler, fault_handler, fault_handler},
};

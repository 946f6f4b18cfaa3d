/* SPDX-License-Identifier: Apache-2.0
 *
 * Cortex-M4 startup: vector table, memory, main, and an exit code for the host in every case.
 */
#include <stdint.h>
#include <string.h>

#include "semihosting.h"

/* From mps2.ld. */
extern uint32_t stack_top[];
extern uint8_t data_start[], data_end[], bss_start[], bss_end[];
extern const uint8_t data_load[];

int main(void);
void reset_handler(void);
void fault_handler(void);
void fault_exit(void);

void reset_handler(void)
{
    memcpy(data_start, data_load, (size_t)(data_end - data_start));
    memset(bss_start, 0, (size_t)(bss_end - bss_start));
    semihosting_exit(main());
}

void fault_exit(void)
{
    semihosting_print("fault\n");
    semihosting_exit(99);
}

/* Takes a fresh stack first: a stack overflow is one of the faults that end up here. */
__attribute__((naked)) void fault_handler(void)
{
    __asm volatile("ldr r0, =stack_top\n"
                   "mov sp, r0\n"
                   "b fault_exit\n");
}

typedef struct {
    uint32_t *stack;
    void (*reset)(void);
    void (*exceptions[14])(void);
} vector_table;

/* No interrupt is enabled, so the sixteen entries of the core are all. */
__attribute__((section(".vectors"), used)) static const vector_table vectors = {
    stack_top,
    reset_handler,
    {fault_handler, fault_handler, fault_handler, fault_handler, fault_handler, fault_handler,
     fault_handler, fault_handler, fault_handler, fault_handler, fault_handler, fault_handler,
     fault_handler, fault_handler},
};

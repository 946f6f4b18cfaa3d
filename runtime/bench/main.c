/* SPDX-License-Identifier: Apache-2.0
 *
 * One counted inference: the input comes from input.bin; the outputs and the stack and time that
 * the inference took go to result.bin. Instructions are counted from outside, between the entries
 * of bench_begin and bench_end; the system timer serves where they cannot be.
 */
#include "files.h"
#include "weft_bench.h"

enum { PAINTED_WORDS = 16384, PAINT = 0x5aa55aa5 };

/* From the linker script. */
extern uint8_t bss_end[];

/* Sizes of the two buffers come from the build. */
static int8_t input[BENCH_INPUT_BYTES];
static int8_t output[BENCH_OUTPUT_BYTES];

void bench_begin(void);
void bench_end(void);

__attribute__((noinline)) void bench_begin(void)
{
    __asm__ volatile("" ::: "memory");
}

__attribute__((noinline)) void bench_end(void)
{
    __asm__ volatile("" ::: "memory");
}

/* The system timer counts 24 bits down at the clock of the processor. */
static volatile uint32_t *const timer = (volatile uint32_t *)0xE000E010u;

static void start_timer(void)
{
    timer[1] = 0xFFFFFFu; /* reload value */
    timer[2] = 0;         /* any write restarts it */
    timer[0] = 5;         /* enabled, processor clock, no exception */
}

static uint32_t timer_now(void)
{
    return timer[2];
}

static inline __attribute__((always_inline)) volatile uint32_t *stack_pointer(void)
{
    volatile uint32_t *sp;
    __asm__ volatile("mov %0, sp" : "=r"(sp)::"memory");
    return sp;
}

static int32_t write_result(const uint32_t *figures, uint32_t bytes)
{
    int32_t file = files_open("result.bin", 1);
    if (file < 0 || files_write(file, figures, bytes) != 0 ||
        files_write(file, output, sizeof output) != 0) {
        return 4;
    }
    files_close(file);
    return 0;
}

int main(void)
{
    uint32_t figures[2]; /* stack in bytes, ticks of the timer */
    volatile uint32_t *top;
    volatile uint32_t *low;
    int32_t status;
    int32_t file = files_open("input.bin", 0);
    if (file < 0 || files_read(file, input, sizeof input) != 0) {
        return 3;
    }
    files_close(file);
    if (bench_prepare(input) != 0) {
        return 5;
    }

    /* Nothing interrupts: what lies below the stack pointer is free until the next call. */
    top = stack_pointer();
    if ((uintptr_t)top - (uintptr_t)bss_end < sizeof *top * PAINTED_WORDS) {
        return 6;
    }
    for (low = top - PAINTED_WORDS; low < top; low++) {
        *low = PAINT;
    }

    start_timer();
    figures[1] = timer_now();
    bench_begin();
    status = bench_infer(input);
    bench_end();
    figures[1] = (figures[1] - timer_now()) & 0xFFFFFFu;

    low = top - PAINTED_WORDS;
    if (status != 0 || *low != PAINT) {
        return 7;
    }
    while (low < top && *low == PAINT) {
        low++;
    }
    figures[0] = (uint32_t)((uintptr_t)top - (uintptr_t)low);
    bench_result(output);
    return write_result(figures, sizeof figures);
}

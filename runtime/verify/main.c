/* SPDX-License-Identifier: Apache-2.0
 *
 * Verification as a program of its own: reads samples from samples.bin, appends their traces to
 * traces.bin. Runs on the host and, through semihosting, on emulated targets.
 */
#include <stddef.h>

#include "files.h"
#include "harness.h"

/* Sizes of the two buffers, and how many samples follow each other without a reset, come from the
 * build. */
static int8_t sample[HARNESS_INPUT_BYTES];
static int8_t trace[HARNESS_TRACE_BYTES];

int main(void)
{
    uint32_t number = 0;
    int32_t status = 0;
    int32_t in = files_open("samples.bin", 0);
    int32_t out = files_open("traces.bin", 1);
    if (in < 0 || out < 0) {
        return 3;
    }
    while (status == 0 && files_read(in, sample, sizeof sample) == 0) {
        status = harness_run(sample, trace, number % 2u, number % HARNESS_SEQUENCE);
        number++;
        if (status == 0 && files_write(out, trace, sizeof trace) != 0) {
            return 4;
        }
    }
    files_close(in);
    files_close(out);
    return status == 0 ? 0 : 5;
}

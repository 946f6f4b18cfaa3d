/* SPDX-License-Identifier: Apache-2.0
 *
 * No library: what this program takes of flash and RAM, no model is charged for.
 */
#include "weft_bench.h"

int32_t bench_prepare(const int8_t *input)
{
    (void)input;
    return 0;
}

int32_t bench_infer(const int8_t *input)
{
    (void)input;
    return 0;
}

void bench_result(int8_t *output)
{
    (void)output;
}

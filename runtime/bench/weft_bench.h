/* SPDX-License-Identifier: Apache-2.0
 *
 * What the program of `weft bench` asks of a library: generated for a model, or empty.c.
 */
#ifndef WEFT_BENCH_H
#define WEFT_BENCH_H

#include <stdint.h>

int32_t bench_prepare(const int8_t *input); /* not counted; 0 when done */
int32_t bench_infer(const int8_t *input);   /* counted: one inference; 0 when done */
void bench_result(int8_t *output);          /* not counted: all outputs, one after the other */

#endif

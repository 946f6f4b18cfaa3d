/* SPDX-License-Identifier: Apache-2.0
 *
 * What `weft verify` drives: one sample in, the trace of all layers out.
 */
#ifndef WEFT_HARNESS_H
#define WEFT_HARNESS_H

#include <stdint.h>

/* Bytes of a sample (all inputs, one after the other) and of a trace. */
typedef struct {
    uint32_t input_bytes;
    uint32_t trace_bytes;
} harness_sizes;

extern const harness_sizes harness;

/* Runs one inference, whole or step by step, and with the state that the one before has left
 * unless `position` is 0. 0 when done; a weft_status, -100 when the handle misbehaves before it
 * starts, -101 when bytes outside the arena were written. */
int32_t harness_run(const int8_t *inputs, int8_t *trace, uint32_t by_steps, uint32_t position);

#endif

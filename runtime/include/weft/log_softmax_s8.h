/* SPDX-License-Identifier: Apache-2.0
 *
 * Logarithm of softmax over the channels of each pixel. Registered by
 * codegen/weft/ops/reduction/log_softmax.py.
 */
#ifndef WEFT_LOG_SOFTMAX_S8_H
#define WEFT_LOG_SOFTMAX_S8_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int32_t *exponentials; /* exp(-i * scale) in Q12.19, for i from 0 */
    uint32_t entries;            /* exponentials, 1..256; beyond them they are 0 */
    int32_t multiplier;          /* from input steps to Q5.26 */
    int32_t shift;
    int32_t reverse_multiplier; /* and back */
    int32_t reverse_shift;
    uint32_t pixels;   /* pixels of a row */
    uint32_t channels; /* channels (classes) of a pixel, 1..4095 */
} weft_log_softmax_s8_params;

/* One row; the output has scale 1/16 and zero point 127. */
void weft_log_softmax_s8(const weft_log_softmax_s8_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif

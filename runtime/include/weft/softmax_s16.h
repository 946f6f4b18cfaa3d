/* SPDX-License-Identifier: Apache-2.0
 *
 * Softmax over the channels of each pixel, int16. Registered by
 * codegen/weft/ops/reduction/softmax_s16.py.
 */
#ifndef WEFT_SOFTMAX_S16_H
#define WEFT_SOFTMAX_S16_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int16_t *exponential; /* exp over -10 to 0, 513 values for interpolation */
    const int16_t *reciprocal;  /* 1 / (1 + x) over 0 to 1, the same */
    int32_t multiplier;         /* from input steps to 10/65535 */
    int32_t shift;              /* at most 14 */
    uint32_t pixels;            /* pixels of a row */
    uint32_t channels;          /* channels (classes) of a pixel, 1..65536 */
} weft_softmax_s16_params;

/* One row; the output has scale 1/32768 and zero point 0. */
void weft_softmax_s16(const weft_softmax_s16_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif

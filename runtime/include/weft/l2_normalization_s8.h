/* SPDX-License-Identifier: Apache-2.0
 *
 * Channels of each pixel scaled to length 1. Registered by
 * codegen/weft/ops/reduction/l2_normalization.py.
 */
#ifndef WEFT_L2_NORMALIZATION_S8_H
#define WEFT_L2_NORMALIZATION_S8_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t zero_point; /* of the input */
    uint32_t pixels;    /* pixels of a row */
    uint32_t channels;  /* channels of a pixel, 1..33025 */
} weft_l2_normalization_s8_params;

/* One row; the output has scale 1/128 and zero point 0. */
void weft_l2_normalization_s8(const weft_l2_normalization_s8_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif

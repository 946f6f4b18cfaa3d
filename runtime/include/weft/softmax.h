/* SPDX-License-Identifier: Apache-2.0
 *
 * Softmax over the channels of each pixel, from int8. Registered by
 * codegen/weft/ops/reduction/softmax.py.
 */
#ifndef WEFT_SOFTMAX_H
#define WEFT_SOFTMAX_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int32_t *exponentials; /* exp(-i * scale * beta) in Q0.31, for i from 0 */
    uint32_t entries;            /* exponentials, 1..256; beyond them they are 0 */
    uint32_t pixels;             /* pixels of a row */
    uint32_t channels;           /* channels (classes) of a pixel, 1..4095 */
} weft_softmax_params;

/* One row; the output has scale 1/256 and zero point -128. */
void weft_softmax_s8(const weft_softmax_params *p, const weft_step *s);

/* The same for many channels, with 256 bytes of scratch. */
void weft_softmax_many_s8(const weft_softmax_params *p, const weft_step *s);

/* One row; the output is int16 and has scale 1/65536 and zero point -32768. */
void weft_softmax_s8_s16(const weft_softmax_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * A whole int8 tensor with a border along any axis. Registered by codegen/weft/ops/pad.py.
 */
#ifndef WEFT_PAD_BOX_S8_H
#define WEFT_PAD_BOX_S8_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const uint32_t *shape; /* sizes of the input's WEFT_AXES axes */
    const uint32_t *step;  /* elements of the output from one index of each to the next; last 1 */
    uint32_t start;        /* place of the input's first element in the output */
    uint32_t bytes;        /* elements of the output */
    int8_t fill;           /* the border: the output's zero point */
} weft_pad_box_s8_params;

/* The whole output in one step, packed. */
void weft_pad_box_s8(const weft_pad_box_s8_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * A whole tensor with a border along any axis. Registered by codegen/weft/ops/movement/pad.py.
 */
#ifndef WEFT_PAD_BOX_H
#define WEFT_PAD_BOX_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const uint32_t *shape; /* sizes of the input's WEFT_AXES axes */
    const uint32_t *step;  /* elements of the output from one index of each to the next; last 1 */
    uint32_t start;        /* place of the input's first element in the output */
    uint32_t elements;     /* of the output */
    uint32_t size;         /* bytes of an element: 1, 2 or 4 */
    int32_t fill;          /* an element of the border; its bits, if it is a float */
} weft_pad_box_params;

/* The whole output in one step, packed. */
void weft_pad_box(const weft_pad_box_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif

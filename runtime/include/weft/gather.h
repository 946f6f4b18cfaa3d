/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs of bytes that are chosen by index. Registered by codegen/weft/ops/movement/gather.py.
 */
#ifndef WEFT_GATHER_H
#define WEFT_GATHER_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The input is `batches` times `outer` boxes of `sizes`, with a run of bytes at each place. For
 * each batch there are `count` indices of one number for each of `axes`; all its boxes use them. A
 * number that is out of range means the nearest place that is not. */
typedef struct {
    const int8_t *values;   /* the input if it is constant, else NULL */
    const int32_t *indices; /* if they are constant, else NULL */
    const uint32_t *sizes;  /* places along each axis of a box */
    const uint32_t *steps;  /* bytes from one place to the next; the box ends with the first axis */
    uint32_t axes;
    uint32_t batches;
    uint32_t outer;
    uint32_t count;
    uint32_t run;
    uint8_t from; /* numbers of the inputs in the step */
    uint8_t by;
} weft_gather_params;

/* All of the output, or one row of it, from a whole input or one row of it. */
void weft_gather(const weft_gather_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif

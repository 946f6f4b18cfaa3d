/* SPDX-License-Identifier: Apache-2.0
 *
 * The pixels of blocks as images of their own, and back. Registered by
 * codegen/weft/ops/movement/space_batch.py.
 */
#ifndef WEFT_SPACE_BATCH_H
#define WEFT_SPACE_BATCH_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    uint32_t images; /* and their rows, their columns, and the bytes of a pixel */
    uint32_t rows;
    uint32_t columns;
    uint32_t pixel;
    uint32_t block_rows;
    uint32_t block_columns;
    uint32_t top;           /* rows of padding above each image */
    uint32_t left;          /* columns of padding beside it */
    uint32_t batch_rows;    /* rows of an image of the batch */
    uint32_t batch_columns; /* its columns */
    uint32_t batch_bytes;   /* the whole batch */
    int32_t fill;           /* the padding: the zero point, 0 for int16 */
} weft_space_batch_params;

/* The rows of the images go to the batch: one in each step, or all at once. */
void weft_space_to_batch(const weft_space_batch_params *p, const weft_step *s);

/* The rows of the images are made from the whole batch: one in each step, or all at once. */
void weft_batch_to_space(const weft_space_batch_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif

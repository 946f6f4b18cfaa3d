/* SPDX-License-Identifier: Apache-2.0
 *
 * The pixels of blocks as images of their own, see space_batch.h.
 */
#include "weft/space_batch.h"

#include <string.h>

/* Where the pixels of a row are in the batch: block_columns images further for each column, and
 * one pixel further after the last column of a block. */
typedef struct {
    uint32_t at;     /* bytes */
    uint32_t column; /* of a block */
} place;

static place first_place(const weft_space_batch_params *p, uint32_t row)
{
    const uint32_t y = row % p->rows + p->top;
    const uint32_t line = y % p->block_rows * p->block_columns + p->left % p->block_columns;
    const uint32_t image = line * p->images + row / p->rows;
    place found;
    found.at = (image * p->batch_rows + y / p->block_rows) * p->batch_columns;
    found.at = (found.at + p->left / p->block_columns) * p->pixel;
    found.column = p->left % p->block_columns;
    return found;
}

static void move_on(const weft_space_batch_params *p, place *here)
{
    const uint32_t next = p->images * p->batch_rows * p->batch_columns * p->pixel;
    here->at += next;
    here->column++;
    if (here->column == p->block_columns) {
        here->at -= p->block_columns * next - p->pixel;
        here->column = 0;
    }
}

static uint32_t rows_of_step(const weft_space_batch_params *p, const weft_step *s)
{
    return p->images * p->rows / s->steps;
}

void weft_space_to_batch(const weft_space_batch_params *p, const weft_step *s)
{
    const uint32_t rows = rows_of_step(p, s);
    const int8_t *in = s->in[0];
    if (s->index == 0) {
        memset(s->out[0], p->fill, p->batch_bytes);
    }
    for (uint32_t row = s->index * rows; row < (s->index + 1) * rows; row++) {
        place here = first_place(p, row);
        for (uint32_t x = 0; x < p->columns; x++, in += p->pixel) {
            memcpy(s->out[0] + here.at, in, p->pixel);
            move_on(p, &here);
        }
    }
}

void weft_batch_to_space(const weft_space_batch_params *p, const weft_step *s)
{
    const uint32_t rows = rows_of_step(p, s);
    int8_t *out = s->out[0];
    for (uint32_t row = s->index * rows; row < (s->index + 1) * rows; row++) {
        place here = first_place(p, row);
        for (uint32_t x = 0; x < p->columns; x++, out += p->pixel) {
            memcpy(out, s->in[0] + here.at, p->pixel);
            move_on(p, &here);
        }
    }
}

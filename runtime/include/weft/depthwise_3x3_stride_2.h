/* SPDX-License-Identifier: Apache-2.0
 *
 * Filters of 3 by 3 at a horizontal stride of 2, as weft/depthwise_3x3_stride_1.h.
 */
#ifndef WEFT_DEPTHWISE_3X3_STRIDE_2_H
#define WEFT_DEPTHWISE_3X3_STRIDE_2_H

#include "weft/depthwise_3x3.h"

static inline void weft_depthwise_tile_2(const weft_depthwise_conv_2d_3x3_s8_params *p,
                                         const weft_step *s, int32_t first, int32_t count,
                                         weft_quad_job *q)
{
    static const uint8_t entries[WEFT_QUAD_LOOP_2] = {0, WEFT_QUAD_N, WEFT_QUAD_Z, WEFT_QUAD_V};
    const uint32_t outputs = (uint32_t)count, row = outputs * (4 * WEFT_QUAD_COLUMNS_2);
    const int32_t in = first * 2 * p->channels;
    const int two = s->rows == 2;
    weft_quad_limits(q);
    q->in[3] = two ? s->in[3] + in : NULL;
    q->in_4 = two ? s->in[4] + in : NULL;
    q->to = q->done;
    q->turns = (outputs + WEFT_QUAD_LOOP_2 - 1) / WEFT_QUAD_LOOP_2;
    q->entry = (uint32_t)entries[outputs % WEFT_QUAD_LOOP_2] << WEFT_QUAD_FLAGS;
    q->rewind_row = two ? row - WEFT_QUAD_ROW_1_AT : 0;
    q->rewind = row + (two ? WEFT_QUAD_ROW_1_AT : 0) - 4;
    weft_quad_stride_2(q);
}

#endif

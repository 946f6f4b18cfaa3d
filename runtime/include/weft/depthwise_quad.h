/* SPDX-License-Identifier: Apache-2.0
 *
 * The inner part of depthwise convolutions with filters of 3 by 3: output pixels of one or two
 * rows, four channels at a time. Scheduled by hand for the DSP extension, and the same in C, each
 * in a header of its own.
 *
 * The bytes of an input pixel's four channels are unpacked to scratch, as pairs that a
 * multiplication takes at once. Then the sums of a channel roll along the row: two columns complete
 * two outputs and start the next two. At a stride of two they complete one and start one.
 */
#ifndef WEFT_DEPTHWISE_QUAD_H
#define WEFT_DEPTHWISE_QUAD_H

#include "weft/simd.h"

#include <stddef.h>
#include <stdint.h>

/* What a source file that includes this one may ask for: outputs of sums of both signs, which have
 * an offset each; outputs between limits. */
#ifndef WEFT_QUAD_TWO_SIDED
#define WEFT_QUAD_TWO_SIDED 0
#endif
#ifndef WEFT_QUAD_LIMITED
#define WEFT_QUAD_LIMITED 0
#endif

#define WEFT_QUAD_FILTER (5 + 2 * WEFT_QUAD_TWO_SIDED) /* words of a channel's filter */
#define WEFT_QUAD_SHIFT 10                             /* right, of all outputs */

/* Stride 1: two columns are sixteen words: for each channel the pair of input rows 1 and 2 in the
 * second column, the same in the first, the pair of both columns in row 0, and that in row 3.
 * Output row 0 needs rows 0 to 2, output row 1 needs rows 1 to 3: a multiplication for each column
 * of the pair of rows that both need, and two for the three columns of the row that is left. */
#define WEFT_QUAD_COLUMNS_1 16
#define WEFT_QUAD_LOOP_1 3  /* two columns, in a turn of the loop */
#define WEFT_QUAD_LEAST_1 3 /* outputs of a row */

/* Stride 2: two columns are twenty words: for each channel the pair of rows 0 and 1 in the second
 * column, the same in the first, the pair of both columns in row 2, and as the first two those of
 * rows 3 and 4. Output row 0 needs rows 0 to 2, output row 1 needs rows 2 to 4. An output ends with
 * two such columns, and starts with the second of the two before. */
#define WEFT_QUAD_COLUMNS_2 20
#define WEFT_QUAD_ROW_1_AT 48 /* bytes of it in front of what only output row 1 needs */
#define WEFT_QUAD_LOOP_2 4    /* outputs in a turn of the loop */

/* How many outputs of a row are made where `count` are wanted, and the words of columns for them.
 */
static inline uint32_t weft_quad_outputs(int32_t stride, int32_t count)
{
    return stride == 1 && count < WEFT_QUAD_LEAST_1 ? WEFT_QUAD_LEAST_1 : (uint32_t)count;
}

static inline uint32_t weft_quad_columns(int32_t stride, uint32_t outputs)
{
    return stride == 1 ? (outputs + 3) / 2 * WEFT_QUAD_COLUMNS_1
                       : (outputs + 1) * WEFT_QUAD_COLUMNS_2;
}

/* Flags by which the assembly enters its loops. At a stride of 1, C for an odd number of outputs;
 * the loop takes six columns at a time of those between the first and the last two (N) and leaves
 * none (Z and V), two or four (Z) of them; without the loop they are two (V) or four. At a stride
 * of 2, outputs of the first turn: one (N), two (Z), three (V) or four. */
#define WEFT_QUAD_N 8U
#define WEFT_QUAD_Z 4U
#define WEFT_QUAD_C 2U
#define WEFT_QUAD_V 1U
#define WEFT_QUAD_FLAGS 28 /* where they begin in `entry` */

/* What is to be done. The assembly relies on the order of the fields; the first ones it counts up
 * in a copy. */
typedef struct {
    uint32_t *loop_end;     /* stride 1: where the loop ends in the columns */
    uint32_t turns;         /* stride 2: of the loop, the first one included */
    uint32_t entry;         /* flags */
    uint32_t rewind_row;    /* bytes of columns, back from row 0 to row 1; 0: there is no row 1 */
    uint32_t rewind;        /* the same from the last row to the next channel */
    uint32_t rewind_out;    /* bytes of outputs of all rows, but for one */
    const int32_t *filters; /* of the first channel */
    const int8_t *in[4];    /* input rows, where the first column is unpacked from; stride 2: the
                             * last one is NULL if there is no output row 1 */
    int32_t channel;        /* first of four; the assembly counts it up */
    int32_t step;           /* bytes from a pixel to the next */
    uint32_t *from;         /* where to unpack to */
    const int8_t *to;       /* where the last two columns end; a byte less: one more follows */
    const int8_t *in_4;     /* stride 2: input row 4 */
    uint32_t *columns;      /* what has been unpacked */
    int8_t *done;           /* outputs of row 0: four bytes for each pixel */
    int8_t *done_1;         /* those of row 1, behind them; `done` if there is no row 1 */
    int8_t *out[2];         /* output rows; the same one twice if there is no row 1 */
    int32_t last;           /* greatest value of `channel` */
    int8_t *end;            /* of the outputs of row 0 that are wanted */
    const int32_t *limits;  /* if WEFT_QUAD_LIMITED: the least output, four times, the greatest */
} weft_quad_job;

/* Limits stand in front of the filters. */
static inline void weft_quad_limits(weft_quad_job *q)
{
    if (WEFT_QUAD_LIMITED) {
        q->limits = q->filters;
        q->filters += 2;
    }
}

#if WEFT_DSP_ASM

#include "weft/depthwise_quad_asm.h"

#else

#include "weft/depthwise_quad_c.h"

#endif

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a kernel finds two int8 operands, of which one may repeat rows, pixels or channels. Made by
 * codegen/weft/ops/broadcast.py.
 */
#ifndef WEFT_ROW_PAIR_H
#define WEFT_ROW_PAIR_H

#include <stdint.h>

typedef struct {
    const int8_t *constant1; /* operand 1 if it is constant, else NULL */
    const int8_t *constant2; /* operand 2 if it is constant, else NULL */
    uint8_t in1;             /* number of the input that operand 1 is, if it is not constant */
    uint8_t in2;             /* number of the input that operand 2 is, if it is not constant */
    uint32_t row1;           /* elements from one row of constant1 to the next; 0: one row */
    uint32_t row2;           /* elements from one row of constant2 to the next; 0: one row */
    uint32_t pixel1;         /* elements from one pixel of operand 1 to the next */
    uint32_t pixel2;         /* elements from one pixel of operand 2 to the next */
    uint32_t channel1;       /* 1, or 0 where operand 1 repeats one element for all channels */
    uint32_t channel2;       /* the same of operand 2; not 0 if channel1 is, but for one channel */
    uint32_t pixels;         /* pixels of a row, 1 where both operands are walked as one run */
    uint32_t channels;       /* channels of a pixel */
    uint32_t output_step;    /* output bytes from one pixel to the next */
} weft_row_pair;

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * What a kernel is given for one step: pointers to rows.
 */
#ifndef WEFT_STEP_H
#define WEFT_STEP_H

#include <stdint.h>

/* One step of one layer.
 *
 * `in` lists the row pointers of the first input's window from top to bottom, then those of the
 * second input, and so on. A pointer stands at the first pixel that the kernel may read, border
 * included. A row outside the image is a row of zero points, or NULL for kernels that leave it
 * out. An input that is read whole is one pointer to its packed bytes.
 *
 * `out` lists the rows to write, `rows` of them (fewer than the kernel's block at the end of the
 * image). An output that is written whole is one pointer. Behind the outputs come the tensors that
 * the kernel changes in place, whole, each as often as an output has rows.
 *
 * Elements wider than a byte are stored aligned in the machine's byte order; cast the pointer.
 */
typedef struct {
    const int8_t *const *in;
    int8_t *const *out;
    int8_t *scratch; /* bytes for this step only, aligned to 4 */
    int8_t *state;   /* bytes kept from the layer's first step to its last, aligned to 4 */
    uint16_t rows;   /* output rows of this step */
    uint16_t index;  /* number of this step, from 0 */
    uint16_t steps;  /* steps of this layer in all */
} weft_step;

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * One operand or the other, element by element. Registered by
 * codegen/weft/ops/elementwise/select.py.
 */
#ifndef WEFT_SELECT_H
#define WEFT_SELECT_H

#include "weft/broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const uint32_t *shape; /* sizes of the WEFT_AXES axes of the output, or of a row of it */
    weft_source condition; /* one byte an element */
    weft_source first;     /* where the condition is not 0 */
    weft_source second;    /* where it is */
} weft_select_params;

/* Elements of 1, 2 or 4 bytes. The output may be an operand's row if that operand has elements of
 * the same size and is not broadcast. */
void weft_select_8(const weft_select_params *p, const weft_step *s);
void weft_select_16(const weft_select_params *p, const weft_step *s);
void weft_select_32(const weft_select_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif

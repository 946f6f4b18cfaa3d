/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of a constant in flash. Registered by codegen/weft/ops/copy.py.
 */
#ifndef WEFT_CONSTANT_ROWS_H
#define WEFT_CONSTANT_ROWS_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const void *data; /* all rows, packed */
    uint32_t bytes;   /* bytes of a row */
} weft_constant_rows_params;

/* The row that the step makes. */
void weft_constant_rows(const weft_constant_rows_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif

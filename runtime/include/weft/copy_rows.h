/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows from one place to another. Registered by codegen/weft/ops/copy.py.
 */
#ifndef WEFT_COPY_ROWS_H
#define WEFT_COPY_ROWS_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    uint32_t bytes; /* bytes of a row */
} weft_copy_rows_params;

/* One row. */
void weft_copy_rows(const weft_copy_rows_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif

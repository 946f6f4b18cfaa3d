/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs of bytes at regular distances. Registered by codegen/weft/ops/movement/space_depth.py.
 */
#ifndef WEFT_COPY_RUNS_H
#define WEFT_COPY_RUNS_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    uint32_t run;      /* bytes */
    uint32_t runs;     /* from each input row */
    uint32_t rows;     /* input rows, whose runs are neighbors in the output */
    uint32_t parts;    /* steps that share an input row, whose runs are neighbors in it */
    uint32_t in_step;  /* bytes from run to run in an input row */
    uint32_t out_step; /* and in the output row */
} weft_copy_runs_params;

/* One row. */
void weft_copy_runs(const weft_copy_runs_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Products of int8 weights with a single vector, whose pairs follow each other, and the outputs:
 * with the blocks of weft/pair_gemm.h, whose tails need not say where to stop. `out`: where those
 * of the first block go.
 */
#ifndef WEFT_PAIR_DENSE_H
#define WEFT_PAIR_DENSE_H

#include "weft/pair_blocks.h"
#include "weft/pair_gemm.h"

#include <stdint.h>

#if WEFT_DSP_ASM
#include "weft/pair_dense_asm.h"
#else

static inline void weft_dense_run(const weft_blocks *of, const void *x, int8_t *out)
{
    weft_pair_job job;
    weft_pair_start(&job, 1, of->pairs);
    weft_pair_weights(&job, of->w, of->w_end, 0, of->tail);
    weft_pair_vector(&job, (const uint32_t *)x, 1, out);
}

#endif
#endif

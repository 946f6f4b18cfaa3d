/* SPDX-License-Identifier: Apache-2.0
 *
 * The job of weft/pair_gemm.h as the functions that prepare it leave it, for kernels in C.
 */
#ifndef WEFT_PAIR_JOB_H
#define WEFT_PAIR_JOB_H

#include <stdint.h>

typedef struct {
    const uint32_t *w, *w_end, *tail;
    const int8_t *in_0, *in_1;
    uint32_t *x;
    int8_t *out_0, *out_1;
    int32_t vectors, pairs, x_step, words, out_step;
} weft_pair_job;

static inline void weft_pair_start(weft_pair_job *job, int32_t vectors, int32_t pairs)
{
    job->vectors = vectors;
    job->pairs = pairs;
}

static inline void weft_pair_weights(weft_pair_job *job, const uint32_t *w, const uint32_t *end,
                                     int32_t blocks, const uint32_t *tail)
{
    (void)blocks;
    job->w = w;
    job->w_end = end;
    job->tail = tail;
}

static inline void weft_pair_inputs(weft_pair_job *job, uint32_t *x, int32_t step)
{
    job->x = x;
    job->x_step = step;
    job->words = 0;
}

static inline void weft_pair_bytes(weft_pair_job *job, uint32_t *x, const int8_t *in_0,
                                   const int8_t *in_1, int32_t words)
{
    weft_pair_inputs(job, x, 0);
    job->words = words;
    job->in_0 = in_0;
    job->in_1 = in_1;
}

static inline void weft_pair_outputs(weft_pair_job *job, int8_t *out_0, int8_t *out_1, int32_t step)
{
    job->out_0 = out_0;
    job->out_1 = out_1;
    job->out_step = step;
}

#endif

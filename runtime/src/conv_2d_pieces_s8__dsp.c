/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/conv_2d_s8__dsp.h"

#include "weft/pair_job.h"
#include "weft/pair_pieces.h"
#include "weft/pair_unpack.h"

/* What weft/conv_2d_pairs.h expects of a job. */
static void weft_pair_run(weft_pair_job *job, int32_t count)
{
    const weft_blocks pieces = {job->w, job->w_end, job->tail, job->pairs};
    uint32_t *x = job->x;
    for (; count > 0; count--, x += job->x_step) {
        uint32_t *to = x;
        for (int32_t i = job->words; i > 0; i--) {
            WEFT_UNPACK_WORD(to, job->in_0, job->in_1);
        }
        if (job->vectors > 1) {
            weft_pieces_two(&pieces, x, job->out_0, job->out_1);
        } else {
            weft_pieces_one(&pieces, x, job->out_0);
        }
        job->out_0 += job->out_step;
        job->out_1 += job->out_step;
    }
}

#include "weft/conv_2d_pairs.h"

void weft_conv_2d_pieces_s8_dsp(const weft_conv_2d_s8_dsp_params *p, const weft_step *s)
{
    weft_conv_2d_pairs(p, s);
}

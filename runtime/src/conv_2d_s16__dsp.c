/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/conv_2d_s16__dsp.h"

#include "weft/wide_windows.h"

#include <string.h>

/* The last channels, fewer than four: the block makes outputs that have no place. */
static void rest(weft_wide_job job, int32_t channels)
{
    const size_t size = (size_t)channels * sizeof(int16_t);
    int16_t *const out_0 = job.out_0, *const out_1 = job.out_1;
    int16_t made[8];
    job.blocks = 1;
    job.out_1 = out_0 != out_1 ? made + 4 : made;
    job.out_0 = made;
    weft_wide_run(&job);
    memcpy(out_0, job.out_0, size);
    memcpy(out_1, job.out_1, size);
}

static void channels(const void *kernel, const uint8_t *x, int32_t group, int16_t *out_0,
                     int16_t *out_1)
{
    const weft_conv_2d_s16_dsp_params *const p = (const weft_conv_2d_s16_dsp_params *)kernel;
    const int32_t left = p->output_channels & 3, whole = p->output_channels - left;
    const int32_t size = 4 + 2 * p->pairs + 12, blocks = (p->output_channels + 3) / 4;
    weft_wide_job job = {
        p->weights + group * blocks * size, x, out_0, out_1, p->pairs, whole / 4, p->how};
    if (whole > 0) {
        weft_wide_run(&job);
    }
    if (left > 0) {
        job.w += whole / 4 * size;
        job.out_0 += whole;
        job.out_1 += whole;
        rest(job, left);
    }
}

void weft_conv_2d_s16_dsp(const weft_conv_2d_s16_dsp_params *p, const weft_step *s)
{
    weft_wide_step(p, p, channels, s);
}

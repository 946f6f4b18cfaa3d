/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/conv_2d_few_s8__dsp.h"

#include "weft/linear.h"
#include "weft/scaled_output.h"
#include "weft/simd.h"

/* Sums of two pixels, and where their inputs and weights are. */
typedef struct {
    int32_t a, b;
    const int8_t *x, *y;
    const uint32_t *w;
} sums;

/* Adds the products of a word of each pixel, and moves on. In assembly, because compilers take
 * groups of loads apart. */
WEFT_INLINE void multiply(sums *s)
{
#if WEFT_DSP_ASM
    uint32_t x_even, x_odd, y_even, y_odd, w_even, w_odd;
    __asm__ volatile(
        "ldr %[x_odd], [%[x]], #4\n"
        "ldr %[y_odd], [%[y]], #4\n"
        "ldr %[w_even], [%[w]], #4\n"
        "ldr %[w_odd], [%[w]], #4\n"
        "sxtb16 %[x_even], %[x_odd]\n"
        "sxtb16 %[y_even], %[y_odd]\n"
        "sxtb16 %[x_odd], %[x_odd], ror #8\n"
        "sxtb16 %[y_odd], %[y_odd], ror #8\n"
        "smlad %[a], %[x_even], %[w_even], %[a]\n"
        "smlad %[b], %[y_even], %[w_even], %[b]\n"
        "smlad %[a], %[x_odd], %[w_odd], %[a]\n"
        "smlad %[b], %[y_odd], %[w_odd], %[b]\n"
        : [a] "+r"(s->a), [b] "+r"(s->b), [x] "+r"(s->x), [y] "+r"(s->y), [w] "+r"(s->w),
          [x_even] "=&r"(x_even), [x_odd] "=&r"(x_odd), [y_even] "=&r"(y_even),
          [y_odd] "=&r"(y_odd), [w_even] "=&r"(w_even), [w_odd] "=&r"(w_odd)
        :
        : "memory");
#else
    const uint32_t x = weft_load_32(s->x), y = weft_load_32(s->y);
    s->a = weft_smlad(weft_sxtb16(x), s->w[0], s->a);
    s->b = weft_smlad(weft_sxtb16(y), s->w[0], s->b);
    s->a = weft_smlad(weft_sxtb16_ror8(x), s->w[1], s->a);
    s->b = weft_smlad(weft_sxtb16_ror8(y), s->w[1], s->b);
    s->x += 4, s->y += 4, s->w += 2;
#endif
}

/* Of a run of two pixels' windows: where it starts, bytes from there to the next two pixels', how
 * many times two pixels. */
typedef struct {
    const int8_t *x, *y;
    int32_t step, count;
} run;

/* Adds the products of a run to the sums of all pixels: of some words, and of one that starts at
 * byte `last`, unless that is 0. */
WEFT_LEAF void add_words(int32_t *sum, const run *of, const uint32_t *w, int32_t words,
                         int32_t last)
{
    const int8_t *x = of->x, *y = of->y;
    const int32_t step = of->step;
    for (int32_t *const end = sum + 2 * of->count; sum != end; sum += 2, x += step, y += step) {
        sums s = {sum[0], sum[1], x, y, w};
        if ((words & 1) != 0) {
            multiply(&s);
        }
        for (int32_t twos = words >> 1; twos > 0; twos--) {
            multiply(&s);
            multiply(&s);
        }
        if (last > 0) {
            s.x = x + last;
            s.y = y + last;
            multiply(&s);
        }
        sum[0] = s.a;
        sum[1] = s.b;
    }
}

/* The same for `size` bytes, less than a word. */
static void add_bytes(int32_t *sum, const run *of, const uint32_t *w, int32_t size)
{
    int8_t x[4] = {0, 0, 0, 0}, y[4] = {0, 0, 0, 0};
    for (int32_t two = 0; two < of->count; two++, sum += 2) {
        sums s = {sum[0], sum[1], x, y, w};
        for (int32_t i = 0; i < size; i++) {
            x[i] = of->x[two * of->step + i];
            y[i] = of->y[two * of->step + i];
        }
        multiply(&s);
        sum[0] = s.a;
        sum[1] = s.b;
    }
}

/* Adds a run of some pixels. */
static void add_run(const weft_conv_2d_few_s8_dsp_params *p, int32_t *sum, const run *of,
                    const uint32_t *w)
{
    if (p->run_rest > 0) {
        add_bytes(sum, of, w, p->run_rest);
    } else {
        add_words(sum, of, w, p->run_words, p->run_last);
    }
}

/* The outputs of a channel; returns the weights of the next one. */
static const uint32_t *channel(const weft_conv_2d_few_s8_dsp_params *p, const weft_step *s,
                               const uint32_t *w, const uint32_t *how, int8_t *out)
{
    const int32_t step = p->pixel_step, pixels = p->output_width, twos = pixels / 2;
    const int32_t words = 2 * (p->run_words + (p->run_last > 0 || p->run_rest > 0 ? 1 : 0));
    int32_t *const sum = (int32_t *)(void *)s->scratch;
    const int32_t bias = (int32_t)how[0];
    for (int32_t i = 0; i <= pixels; i++) {
        sum[i] = bias;
    }
    for (int32_t row = 0; row < p->filter_height; row++) {
        const int8_t *x = s->in[row * p->dilation_height];
        for (int32_t i = 0; i < p->runs; i++, x += p->run_step, w += words) {
            const int8_t *const end = x + 2 * twos * step;
            const run all = {x, x + step, 2 * step, twos}, last = {end, end, 0, 1};
            add_run(p, sum, &all, w);
            if ((pixels & 1) != 0) { /* the last one, and once more for nothing */
                add_run(p, sum + pixels - 1, &last, w);
            }
        }
    }
    const uint32_t scaling[3] = {how[1], how[2], how[3]};
    const int32_t next = p->output_step;
    for (int32_t i = 0; i < pixels; i++, out += next) {
        *out = weft_scaled_output_s8(2 * sum[i], scaling);
    }
    return w;
}

void weft_conv_2d_few_s8_dsp(const weft_conv_2d_few_s8_dsp_params *p, const weft_step *s)
{
    const uint32_t *w = p->weights;
    for (int32_t i = 0; i < p->output_channels; i++) {
        w = channel(p, s, w, p->channels + 4 * i, s->out[0] + i);
    }
    weft_clamp_pixels(s->out[0], p->output_width, p->output_channels, p->output_step,
                      p->activation_min, p->activation_max);
}

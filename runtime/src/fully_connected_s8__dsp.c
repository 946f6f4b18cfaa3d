/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/fully_connected_s8__dsp.h"

#include "weft/linear.h"
#include "weft/scaled_output.h"
#include "weft/simd.h"

#include <string.h>

/* Sums of four channels, and where their inputs and weights are. */
typedef struct {
    int32_t a, b, c, d;
    const int8_t *x;
    const uint32_t *w;
} sums;

/* Adds the products of a word of inputs with a word of weights of each channel, and moves on. In
 * assembly, because compilers take groups of loads apart. */
#if WEFT_DSP_ASM
/* clang-format off */
#define WEFT_CHANNEL(sum, weights)                                                                 \
    "sxtb16 %[even], " weights "\n"                                                                \
    "sxtb16 " weights ", " weights ", ror #8\n"                                                    \
    "smlad " sum ", %[even], %[x_even], " sum "\n"                                                 \
    "smlad " sum ", " weights ", %[x_odd], " sum "\n"
WEFT_INLINE void multiply(sums *s)
{
    uint32_t x_even, x_odd, first, second, even;
    __asm__ volatile(
        "ldr %[x_odd], [%[x]], #4\n"
        "ldr %[first], [%[w]], #4\n"
        "ldr %[second], [%[w]], #4\n"
        "sxtb16 %[x_even], %[x_odd]\n"
        "sxtb16 %[x_odd], %[x_odd], ror #8\n"
        WEFT_CHANNEL("%[a]", "%[first]")
        WEFT_CHANNEL("%[b]", "%[second]")
        "ldr %[first], [%[w]], #4\n"
        "ldr %[second], [%[w]], #4\n"
        WEFT_CHANNEL("%[c]", "%[first]")
        WEFT_CHANNEL("%[d]", "%[second]")
        : [a] "+r"(s->a), [b] "+r"(s->b), [c] "+r"(s->c), [d] "+r"(s->d),
          [x] "+r"(s->x), [w] "+r"(s->w), [x_even] "=&r"(x_even), [x_odd] "=&r"(x_odd),
          [first] "=&r"(first), [second] "=&r"(second), [even] "=&r"(even)
        :
        : "memory");
}
/* clang-format on */
#else
static int32_t channel(int32_t sum, uint32_t x, uint32_t w)
{
    const int32_t even = weft_smlad(weft_sxtb16(x), weft_sxtb16(w), sum);
    return weft_smlad(weft_sxtb16_ror8(x), weft_sxtb16_ror8(w), even);
}
WEFT_INLINE void multiply(sums *s)
{
    const uint32_t x = weft_load_32(s->x);
    s->a = channel(s->a, x, s->w[0]);
    s->b = channel(s->b, x, s->w[1]);
    s->c = channel(s->c, x, s->w[2]);
    s->d = channel(s->d, x, s->w[3]);
    s->x += 4, s->w += 4;
}
#endif

/* The sums of four channels whose weights start at w. `rest` is the last word of inputs, filled
 * up, where `size` is not a multiple of 4. */
WEFT_LEAF sums block(const uint32_t *w, const int8_t *x, int32_t size, const int8_t *rest)
{
    sums s = {(int32_t)w[0], (int32_t)w[1], (int32_t)w[2], (int32_t)w[3], x, w + 4};
    const int8_t *const end = x + (size & ~3);
    while (((end - s.x) & 12) != 0) {
        multiply(&s);
    }
    while (s.x != end) {
        multiply(&s);
        multiply(&s);
        multiply(&s);
        multiply(&s);
    }
    if ((size & 3) != 0) {
        s.x = rest;
        multiply(&s);
    }
    return s;
}

static int8_t output(const weft_fully_connected_s8_dsp_params *p, int32_t sum, const uint32_t *how)
{
    const int8_t value = weft_scaled_output_s8(2 * sum, how);
    return (int8_t)weft_clamp(value, p->activation_min, p->activation_max);
}

void weft_fully_connected_s8_dsp(const weft_fully_connected_s8_dsp_params *p, const weft_step *step)
{
    const int8_t *x = step->in[0];
    int8_t *out = step->out[0];
    for (int32_t n = 0; n < p->batch; n++, x += p->input_size) {
        const uint32_t *w = p->weights;
        int8_t rest[4] = {0, 0, 0, 0};
        memcpy(rest, x + (p->input_size & ~3), (size_t)(p->input_size & 3));
        for (int32_t first = 0; first < p->output_size; first += 4) {
            const sums s = block(w, x, p->input_size, rest);
            const int32_t of[4] = {s.a, s.b, s.c, s.d};
            w = s.w;
            for (int32_t i = 0; i < 4 && first + i < p->output_size; i++) {
                *out++ = output(p, of[i], p->scaling + p->scaling_step * (first + i));
            }
        }
    }
}

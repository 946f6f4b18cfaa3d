/* SPDX-License-Identifier: Apache-2.0
 *
 * Dot products of int8 values, two multiply-accumulates per instruction, with weights as they lie.
 * Sums wrap modulo 2^32.
 */
#ifndef WEFT_WORD_DOTS_H
#define WEFT_WORD_DOTS_H

#include "weft/inline.h"
#include "weft/simd.h"

#include <stdint.h>

/* Four sums, the next inputs and the next weights of the first one. */
typedef struct {
    int32_t a, b, c, d;
    const int8_t *x, *w;
} weft_word_dots;

/* Adds the products of a word of inputs with a word of weights for each sum, and moves on. `step`:
 * bytes from one sum's weights to the next one's; `step_3`: three times that. In assembly, because
 * compilers take groups of loads apart. */
#if WEFT_DSP_ASM
/* clang-format off */
#define WEFT_DOT_WORD(sum, weights)                                                                \
    "sxtb16 %[half], " weights "\n"                                                                \
    "sxtb16 " weights ", " weights ", ror #8\n"                                                    \
    "smlad " sum ", %[half], %[even], " sum "\n"                                                   \
    "smlad " sum ", " weights ", %[odd], " sum "\n"
WEFT_INLINE void weft_dot_words(weft_word_dots *s, int32_t step, int32_t step_3)
{
    uint32_t even, odd, half, other;
    __asm__ volatile(
        "ldr %[odd], [%[x]], #4\n"
        "ldr %[other], [%[w], %[step]]\n"
        "sxtb16 %[even], %[odd]\n"
        "sxtb16 %[odd], %[odd], ror #8\n"
        WEFT_DOT_WORD("%[b]", "%[other]")
        "ldr %[other], [%[w], %[step], lsl #1]\n"
        WEFT_DOT_WORD("%[c]", "%[other]")
        "ldr %[other], [%[w], %[step_3]]\n"
        WEFT_DOT_WORD("%[d]", "%[other]")
        "ldr %[other], [%[w]], #4\n"
        WEFT_DOT_WORD("%[a]", "%[other]")
        : [a] "+r"(s->a), [b] "+r"(s->b), [c] "+r"(s->c), [d] "+r"(s->d),
          [x] "+r"(s->x), [w] "+r"(s->w), [even] "=&r"(even), [odd] "=&r"(odd),
          [half] "=&r"(half), [other] "=&r"(other)
        : [step] "r"(step), [step_3] "r"(step_3)
        : "memory");
}
/* clang-format on */
#else
static inline int32_t weft_dot_word(int32_t sum, uint32_t x, uint32_t w)
{
    const int32_t even = weft_smlad(weft_sxtb16(x), weft_sxtb16(w), sum);
    return weft_smlad(weft_sxtb16_ror8(x), weft_sxtb16_ror8(w), even);
}
WEFT_INLINE void weft_dot_words(weft_word_dots *s, int32_t step, int32_t step_3)
{
    const uint32_t x = weft_load_32(s->x);
    s->a = weft_dot_word(s->a, x, weft_load_32(s->w));
    s->b = weft_dot_word(s->b, x, weft_load_32(s->w + step));
    s->c = weft_dot_word(s->c, x, weft_load_32(s->w + 2 * step));
    s->d = weft_dot_word(s->d, x, weft_load_32(s->w + step_3));
    s->x += 4, s->w += 4;
}
#endif

/* sums[0..3] = dot products of n values at x with n weights each, at w, w + step and so on. */
WEFT_LEAF void weft_word_dots_4(int32_t *sums, const int8_t *x, const int8_t *w, int32_t step,
                                int32_t n)
{
    weft_word_dots s = {0, 0, 0, 0, x, w};
    const int32_t step_3 = 3 * step;
    const int8_t *const end = x + (n & ~3);
    while (s.x != end) {
        weft_dot_words(&s, step, step_3);
    }
    for (; s.x != x + n; s.x++, s.w++) {
        s.a += *s.x * s.w[0];
        s.b += *s.x * s.w[step];
        s.c += *s.x * s.w[2 * step];
        s.d += *s.x * s.w[step_3];
    }
    sums[0] = s.a, sums[1] = s.b, sums[2] = s.c, sums[3] = s.d;
}

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Classifies the test digits with the generated library. No stdio, so that a bare board prints
 * the same lines as a host.
 */
#include "digits_demo.h"

#include <string.h>

#include "digits.h"
#include "test_digits.h"

#if DIGITS_INPUT_SIZE != TEST_DIGIT_PIXELS || DIGITS_OUTPUT_SIZE != TEST_DIGIT_CLASSES
#error "test_digits.npz was not made for this model"
#endif

static digits_arena_t arena;
static digits_model_t model;

/* Prints a decimal number of at least `width` digits; width <= 10. */
static void print_number(digits_print print, unsigned long value, int width)
{
    char text[24];
    char *p = text + sizeof text;

    *--p = '\0';
    do {
        *--p = (char)('0' + value % 10);
        value /= 10;
        width--;
    } while (value != 0 || width > 0);
    print(p);
}

static int best_class(const int8_t *scores)
{
    int best = 0;

    for (int i = 1; i < TEST_DIGIT_CLASSES; i++) {
        if (scores[i] > scores[best]) {
            best = i;
        }
    }
    return best;
}

/* Softmax scores are int8 in steps of 1/256, from 0 (-128) to 255/256 (127). */
static void print_prediction(digits_print print, int digit, const int8_t *scores)
{
    int predicted = best_class(scores);
    int score = scores[predicted] + 128;

    print("digit ");
    print_number(print, (unsigned long)digit, 2);
    print(": expected ");
    print_number(print, test_digit_labels[digit], 1);
    print(", predicted ");
    print_number(print, (unsigned long)predicted, 1);
    print(", score 0.");
    print_number(print, (unsigned long)(score * 1000 / 256), 3);
    print("\n");
}

static void print_count(digits_print print, int count, const char *what)
{
    print_number(print, (unsigned long)count, 1);
    print(" of ");
    print_number(print, TEST_DIGITS, 1);
    print(what);
}

static int failed(digits_print print, const char *function, weft_status status)
{
    int code = (int)status;

    print(function);
    print(code < 0 ? " failed with status -" : " failed with status ");
    print_number(print, (unsigned long)(code < 0 ? -code : code), 1);
    print("\n");
    return 1;
}

int digits_demo(digits_print print)
{
    int right = 0;
    int exact = 0;
    weft_status status = digits_init(&model, &arena);

    if (status != WEFT_OK) {
        return failed(print, "digits_init", status);
    }
    for (int digit = 0; digit < TEST_DIGITS; digit++) {
        memcpy(digits_input(&model), test_digit_images[digit], DIGITS_INPUT_SIZE);
        status = digits_run(&model);
        if (status != WEFT_OK) {
            return failed(print, "digits_run", status);
        }
        const int8_t *scores = digits_output(&model);
        print_prediction(print, digit, scores);
        right += best_class(scores) == test_digit_labels[digit];
        exact += memcmp(scores, test_digit_scores[digit], DIGITS_OUTPUT_SIZE) == 0;
    }
    print_count(print, right, " predicted as labeled\n");
    print_count(print, exact, " bit-exact with the reference interpreter\n");
    print("arena ");
    print_number(print, DIGITS_ARENA_SIZE, 1);
    print(" bytes of RAM\n");
    return exact == TEST_DIGITS ? 0 : 1;
}

// What is measured many times, said in one number.

#pragma once

#include <vector>

namespace pulsetaker::bench {

// 0 of none.
double Median(std::vector<double> values);

// The value that a `fraction` of all, in (0, 1], do not exceed. 0 of none.
double Percentile(std::vector<double> values, double fraction);

}  // namespace pulsetaker::bench

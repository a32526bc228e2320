#include "ui/scaling.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace ui {
namespace {

/// Which pixels of a line of `from` one of `to` covers, and by how much.
struct Cover {
  int first = 0;
  std::vector<float> weights;
};
std::vector<Cover> covers(int from, int to) {
  std::vector<Cover> all(static_cast<std::size_t>(to));
  const double step = static_cast<double>(from) / to;
  for (int i = 0; i < to; ++i) {
    const double begin = i * step, end = begin + step;
    Cover& cover = all[static_cast<std::size_t>(i)];
    cover.first = static_cast<int>(begin);
    for (int p = cover.first; p < from && p < end; ++p)
      cover.weights.push_back(static_cast<float>((std::min<double>(end, p + 1) - std::max<double>(begin, p)) / step));
  }
  return all;
}

}  // namespace

devices::Image scaled(const devices::Image& from, int width, int height) {
  const std::vector<Cover> columns = covers(from.width, width), rows = covers(from.height, height);
  const std::size_t stride = static_cast<std::size_t>(from.width) * 3;
  devices::Image to(width, height);
  std::vector<float> line(stride);
  auto out = to.rgb.begin();
  for (const Cover& row : rows) {
    std::fill(line.begin(), line.end(), 0.0F);
    for (std::size_t i = 0; i < row.weights.size(); ++i) {
      const std::uint8_t* pixels = &from.rgb[(static_cast<std::size_t>(row.first) + i) * stride];
      for (std::size_t x = 0; x < stride; ++x) line[x] += row.weights[i] * static_cast<float>(pixels[x]);
    }
    for (const Cover& column : columns) {
      std::array<float, 3> sum{};
      for (std::size_t i = 0; i < column.weights.size(); ++i) {
        for (std::size_t c = 0; c < 3; ++c)
          sum[c] += column.weights[i] * line[(static_cast<std::size_t>(column.first) + i) * 3 + c];
      }
      for (const float value : sum) *out++ = static_cast<std::uint8_t>(std::lround(std::min(value, 255.0F)));
    }
  }
  return to;
}

}  // namespace ui

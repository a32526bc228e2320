#include "ui/icons.h"

#include <array>
#include <functional>

namespace ui {
namespace {

/// Draws in a square of 16 by 16.
class Pen {
 public:
  Pen(ImDrawList& list, ImVec2 min, float size, ImU32 colour)
      : list_(list), min_(min), unit_(size / 16), colour_(colour) {}
  ImVec2 at(float x, float y) const { return {min_.x + x * unit_, min_.y + y * unit_}; }
  void line(float x1, float y1, float x2, float y2) const {
    list_.AddLine(at(x1, y1), at(x2, y2), colour_, kWidth * unit_);
  }
  void triangle(ImVec2 a, ImVec2 b, ImVec2 c) const {
    list_.AddTriangleFilled(at(a.x, a.y), at(b.x, b.y), at(c.x, c.y), colour_);
  }
  void box(float x1, float y1, float x2, float y2) const {
    list_.AddRectFilled(at(x1, y1), at(x2, y2), colour_, unit_);
  }
  void frame(float x1, float y1, float x2, float y2) const {
    list_.AddRect(at(x1, y1), at(x2, y2), colour_, unit_, 0, kWidth * unit_);
  }
  void dot(float x, float y, float radius) const { list_.AddCircleFilled(at(x, y), radius * unit_, colour_); }
  void ring(float x, float y, float radius) const {
    list_.AddCircle(at(x, y), radius * unit_, colour_, 0, kWidth * unit_);
  }
  void arc(float x, float y, float radius, float from, float to) const {
    list_.PathArcTo(at(x, y), radius * unit_, from, to);
    list_.PathStroke(colour_, 0, kWidth * unit_);
  }

 private:
  static constexpr float kWidth = 1.6F;
  ImDrawList& list_;
  ImVec2 min_;
  float unit_;
  ImU32 colour_;
};

void open(const Pen& p) {
  p.line(1, 13, 1, 3), p.line(1, 3, 6, 3), p.line(6, 3, 8, 5), p.line(8, 5, 14, 5), p.line(14, 5, 14, 13),
      p.line(1, 13, 14, 13);
}
void reset(const Pen& p) { p.arc(8, 8.5F, 5.5F, -0.9F, 4.2F), p.triangle({8.2F, 0.8F}, {13.2F, 3.2F}, {9, 6.6F}); }
void run(const Pen& p) { p.triangle({3.5F, 2}, {3.5F, 14}, {14, 8}); }
void pause(const Pen& p) { p.box(3.5F, 2.5F, 6.5F, 13.5F), p.box(9.5F, 2.5F, 12.5F, 13.5F); }
void next_call(const Pen& p) { p.ring(9.5F, 8, 5), p.dot(9.5F, 8, 1.7F), p.triangle({0, 4.5F}, {0, 11.5F}, {4, 8}); }
void back_call(const Pen& p) { p.ring(6.5F, 8, 5), p.dot(6.5F, 8, 1.7F), p.triangle({16, 4.5F}, {16, 11.5F}, {12, 8}); }
void over(const Pen& p) {
  p.arc(7, 9, 5, 3.3F, 6.0F), p.triangle({9.2F, 7.4F}, {15, 7}, {12.4F, 11.8F}), p.dot(7, 13, 1.7F);
}
void into(const Pen& p) { p.line(8, 1, 8, 7), p.triangle({4.5F, 6}, {11.5F, 6}, {8, 10.5F}), p.dot(8, 13.3F, 1.7F); }
void out(const Pen& p) {
  p.line(8, 5, 8, 10.5F), p.triangle({4.5F, 5.5F}, {11.5F, 5.5F}, {8, 1}), p.dot(8, 13.3F, 1.7F);
}
void back(const Pen& p) { p.line(6, 8, 13.5F, 8), p.triangle({7, 4.2F}, {7, 11.8F}, {1.5F, 8}); }
void more(const Pen& p) { p.dot(3, 8, 1.5F), p.dot(8, 8, 1.5F), p.dot(13, 8, 1.5F); }

struct Icon {
  std::string_view id;
  void (*draw)(const Pen&);
};
constexpr std::array kIcons = {Icon{"open", open},
                               Icon{"reset", reset},
                               Icon{"run", run},
                               Icon{"pause", pause},
                               Icon{"next-call", next_call},
                               Icon{"back-call", back_call},
                               Icon{"over", over},
                               Icon{"into", into},
                               Icon{"out", out},
                               Icon{"back-into", back},
                               Icon{"more", more}};

}  // namespace

bool draw_icon(ImDrawList& list, std::string_view id, ImVec2 min, float size, ImU32 colour) {
  for (const Icon& icon : kIcons) {
    if (icon.id != id) continue;
    icon.draw(Pen(list, min, size, colour));
    return true;
  }
  return false;
}

}  // namespace ui

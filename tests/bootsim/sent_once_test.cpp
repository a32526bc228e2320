// What the outside hears of a guest whose time is run again.
#include "bootsim/sent_once.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace bootsim {
namespace {

/// What of `text` is heard.
std::string heard(SentOnce& sent, std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (sent.is_new(static_cast<std::uint8_t>(c))) result += c;
  }
  return result;
}

TEST(SentOnce, WhatComesAgainIsNotHeardAgain) {
  SentOnce sent;
  EXPECT_EQ(heard(sent, "hello "), "hello ");
  sent.go_back(2);
  EXPECT_EQ(heard(sent, "llo world"), "world");
  sent.go_back(0);
  EXPECT_EQ(heard(sent, "hello world!"), "!");
}

TEST(SentOnce, AnotherPastIsHeardFromTheFirstDifferenceOn) {
  SentOnce sent;
  heard(sent, "login: root");
  sent.go_back(7);
  EXPECT_EQ(heard(sent, "guest"), "guest");
  sent.go_back(7);
  EXPECT_EQ(heard(sent, "guest\n"), "\n");
}

}  // namespace
}  // namespace bootsim

#include "stage2/config/words.h"

namespace stage2 {
namespace {

class Splitter {
 public:
  Splitter(Text line, const VariableSource& variables) : line_(line), variables_(variables) {}

  SplitLine run() {
    while (at_ < line_.size) step();
    end_word();
    out_.rest.shorten(trim(out_.rest).size);
    return move(out_);
  }

 private:
  void step() {
    const char c = line_[at_];
    if (quote_ == 0 && is_space(c)) {
      end_word();
      raw(c);
      ++at_;
    } else if (quote_ != 0 ? c == quote_ : c == '"' || c == '\'') {
      quote_ = quote_ == 0 ? c : char(0);
      in_word_ = true;
      raw(c);
      ++at_;
    } else if (quote_ != '\'' && c == '\\' && escapes(at_ + 1)) {
      if (line_[at_ + 1] != '$') raw('\\');
      literal(line_[at_ + 1]);
      at_ += 2;
    } else if (quote_ != '\'' && c == '$' && at_ + 1 < line_.size && line_[at_ + 1] == '{') {
      variable();
    } else {
      literal(c);
      ++at_;
    }
  }

  bool escapes(size_t at) const {
    if (at >= line_.size) return false;
    const char c = line_[at];
    return is_space(c) || c == '"' || c == '\'' || c == '$' || c == '\\';
  }

  void variable() {
    const Text name = line_.from(at_ + 2).first(find(line_.from(at_ + 2), '}'));
    const Text value = variables_.variable(name);
    for (size_t i = 0; i < value.size; ++i) literal(value[i]);
    at_ += name.size + 3;
  }

  void literal(char c) {
    word_ += c;
    in_word_ = true;
    raw(c);
  }

  void raw(char c) {
    if (out_.words.size() != 0 && (in_word_ || quote_ != 0 || !out_.rest.empty())) out_.rest += c;
  }

  void end_word() {
    if (!in_word_) return;
    out_.words.push_back(move(word_));
    word_ = String();
    in_word_ = false;
  }

  Text line_;
  const VariableSource& variables_;
  SplitLine out_;
  size_t at_ = 0;
  char quote_ = 0;
  String word_;
  bool in_word_ = false;
};

}  // namespace

SplitLine split_line(Text line, const VariableSource& variables) {
  line = trim(line);
  if (line.empty() || line[0] == '#') return {};
  return Splitter(line, variables).run();
}

}  // namespace stage2

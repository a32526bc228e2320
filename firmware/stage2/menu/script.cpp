#include "stage2/menu/script.h"

namespace stage2 {
namespace {

// A file or a directory.
bool exists(Session& session, Text path) {
  OpenFile file;
  if (session.volumes.open(session.root(), path, file).ok()) return true;
  lib32::Directory directory;
  return session.volumes.open_directory(session.root(), path, directory).ok();
}

// [not] exists PATH, [not] VALUE == VALUE, [not] VALUE != VALUE. A variable that is not set is no word at
// all.
Result judge(Session& session, const Vector<String>& words, bool& holds) {
  size_t at = 1, end = words.size();
  if (end > at && words[end - 1].text() == Text("{")) --end;
  const bool negated = at < end && words[at].text() == Text("not");
  if (negated) ++at;
  if (end - at == 2 && words[at].text() == Text("exists")) {
    holds = exists(session, words[at + 1]) != negated;
    return {};
  }
  for (size_t i = at; i < end && i <= at + 1; ++i) {
    const bool equal = words[i].text() == Text("==");
    if ((!equal && words[i].text() != Text("!=")) || end - i > 2) continue;
    const Text left = i > at ? words[at].text() : Text(), right = i + 1 < end ? words[i + 1].text() : Text();
    holds = (left == right) != (negated == equal);
    return {};
  }
  return fail("if [not] exists PATH {{, if [not] VALUE == VALUE {{, or !=");
}

}  // namespace

// `line` begins with the word `if`.
Result Script::begin_branch(Session& session, Text line) {
  Level& level = levels_.back();
  bool holds = false;
  Result result;
  if (level.outer && !level.taken) {
    result = judge(session, split_line(line, session).words, holds);
    level.taken = holds || !result.ok();
  }
  level.active = holds;
  return result;
}

Result Script::next(Session& session, Text line, bool& run) {
  run = false;
  Text rest = line = trim(line);
  const Text word = take_word(rest);
  if (word == Text("if")) {
    levels_.push_back({active(), false, false});
    return begin_branch(session, line);
  }
  if (line.empty() || line[0] != '}') {
    run = active();
    return {};
  }
  if (levels_.empty()) return fail("} without an if");
  rest = trim(line.from(1));
  if (rest.empty()) return levels_.pop_back(), Result();
  take_word(rest);  // else
  if (rest != Text("{")) return begin_branch(session, rest);
  Level& level = levels_.back();
  level.active = level.outer && !level.taken;
  level.taken = true;
  return {};
}

}  // namespace stage2

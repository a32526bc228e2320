// Finding a file: places, a path to type in, and the folder's files in a table. What dialogs that open and save are
// made of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <imgui.h>

#include "ui/file_list.h"

namespace ui {

class App;

class FileBrowser {
 public:
  /// What happened in this frame.
  enum class Event { kNone, kSelected, kChosen };

  /// Goes there unless it is there already; the files are read anew.
  void go_to(const std::string& folder);
  const std::string& folder() const { return folder_; }
  /// The file that is marked, with its folder; empty: none.
  std::string selected() const { return selected_.empty() ? selected_ : resolve_path(selected_, folder_); }
  void select(const std::string& path);
  /// Images only, or every file, with a box to tick.
  void offer_all(bool offered) { offers_all_ = offered; }
  /// Takes the keyboard in the next frame.
  void take_focus() { takes_focus_ = true; }

  /// Fills a rectangle of this size. `recent`: files to offer besides the folders. Marks begin with `name`.
  Event draw(App& app, std::string_view name, const std::vector<std::string>& recent, ImVec2 size);

 private:
  void read();
  Event draw_places(App& app, std::string_view name, const std::vector<std::string>& recent);
  Event draw_path(App& app, std::string_view name);
  Event draw_files(App& app, std::string_view name, ImVec2 size);
  Event keys();
  Event enter(const FileEntry& entry);
  Event enter_typed();

  std::string folder_, typed_, selected_;
  FolderContents contents_;
  bool all_ = false, offers_all_ = true;
  bool takes_focus_ = false, scrolls_to_selected_ = false;
};

}  // namespace ui

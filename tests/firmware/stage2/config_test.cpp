#include "stage2/config/config.h"

#include <gtest/gtest.h>

#include <map>

#include "stage2/config/foreign.h"
#include "text.h"

namespace stage2 {
namespace {

class Files final : public IncludeSource {
 public:
  bool read(Text path, String& text, String& problem) override {
    const auto found = files.find(str(path));
    if (found == files.end()) {
      problem = "no such file";
      return false;
    }
    text = found->second.c_str();
    return true;
  }
  std::map<std::string, std::string> files;
};

Config syslinux(const char* text) {
  Files files;
  return parse_syslinux(text, "/isolinux/", files);
}

TEST(Dialect, IsKnownByTheFilesName) {
  EXPECT_EQ(dialect_of("/boot/grub/menu.lst"), Dialect::kMenuLst);
  EXPECT_EQ(dialect_of("/isolinux/ISOLINUX.CFG"), Dialect::kSyslinux);
  EXPECT_EQ(dialect_of("/bootsim/bootsim.cfg"), Dialect::kNative);
  EXPECT_EQ(dialect_of("menu.lst"), Dialect::kMenuLst);
}

TEST(NativeConfig, ACommentMayFollow) {
  const Config config = parse_native(
      "set a=b#c  # the value is b#c\n"
      "echo \"no # comment\" '# neither' \\# nor this # but this\n"
      "menuentry Debian --hotkey=d {  # as GRUB 2 has it\n"
      "  info Number #1, \"here\n"
      "  boot #now\n"
      "} # end\n"
      "entry Wrong --colour=red {\n"
      "}\n");
  EXPECT_EQ(joined(config.lines), "set a=b#c\necho \"no # comment\" '# neither' \\# nor this\n");
  ASSERT_EQ(config.entries.size(), 2u);
  EXPECT_EQ(config.entries[0].key, 'd');
  EXPECT_EQ(str(config.entries[0].help), "Number #1, \"here");
  EXPECT_EQ(joined(config.entries[0].lines), "boot\n");
  EXPECT_EQ(joined(config.problems), "line 7: an entry has no option --colour=red\n");
}

// As grub-mkconfig of Debian 12 writes them.
TEST(NativeConfig, EntriesOfGrub2HaveOptionsWhoseValuesAreWordsOfTheirOwn) {
  const Config config = parse_native(
      "menuentry 'Debian GNU/Linux' --class debian --class gnu-linux --class os $menuentry_id_option 'gnulinux-simple-1' {\n"
      "}\n"
      "submenu 'Advanced options' ${menuentry_id_option} 'gnulinux-advanced' {\n"
      "  menuentry \"Recovery mode\" --users '' --unrestricted --hotkey r --id rec {\n"
      "  }\n"
      "}\n"
      "menuentry Memory test --class=memtest --users=root,me --hotkey=M {\n"
      "}\n");
  EXPECT_EQ(joined(config.problems), "");
  ASSERT_EQ(config.entries.size(), 3u);
  EXPECT_EQ(str(config.entries[0].title), "Debian GNU/Linux");
  EXPECT_EQ(str(config.entries[0].id), "gnulinux-simple-1");
  EXPECT_EQ(str(config.entries[1].title), "Advanced options");
  EXPECT_EQ(str(config.entries[1].id), "gnulinux-advanced");
  ASSERT_EQ(config.entries[1].entries.size(), 1u);
  EXPECT_EQ(str(config.entries[1].entries[0].title), "Recovery mode");
  EXPECT_EQ(str(config.entries[1].entries[0].id), "rec");
  EXPECT_EQ(config.entries[1].entries[0].key, 'r');
  EXPECT_EQ(str(config.entries[2].title), "Memory test");
  EXPECT_EQ(config.entries[2].key, 'm');
}

TEST(NativeConfig, AnOptionWithoutItsValueDoesNotTakeTheBrace) {
  const Config config = parse_native("entry A --class {\n}\nentry B --hotkey {\n}\nentry --identity C {\n}\n");
  EXPECT_EQ(joined(config.problems),
            "line 3: a key is one character, not \"\"\nline 5: an entry has no option --identity\n");
  EXPECT_EQ(config.entries.size(), 3u);
}

TEST(NativeConfig, BranchesStayAmongTheLines) {
  const Config config = parse_native(
      "if exists /a {\n"
      "  set x=1\n"
      "} else if \"${x}\" != 2 {\n"
      "  entry Second {\n"
      "    if not exists /b {\n"
      "      echo no b\n"
      "    } else {\n"
      "      echo b\n"
      "    }\n"
      "    echo end\n"
      "  }\n"
      "}\n"
      "entry Always {\n"
      "  echo always\n"
      "}\n");
  EXPECT_TRUE(config.problems.empty()) << joined(config.problems);
  EXPECT_EQ(joined(config.lines), "if exists /a {\nset x=1\n} else if \"${x}\" != 2 {\nentry 0\n}\n");
  ASSERT_EQ(config.entries.size(), 2u);
  EXPECT_TRUE(config.entries[0].is_conditional);
  EXPECT_EQ(joined(config.entries[0].lines), "if not exists /b {\necho no b\n} else {\necho b\n}\necho end\n");
  EXPECT_FALSE(config.entries[1].is_conditional);
}

TEST(NativeConfig, BracesThatDoNotMatchAreSaid) {
  const Config config = parse_native(
      "if exists /a\n"
      "entry First {\n"
      "  if exists /a {\n"
      "  } else {\n"
      "  } else {\n"
      "  } otherwise {\n"
      "  boot\n"
      "  entry Second {\n"
      "  }\n"
      "if exists /b {\n");
  EXPECT_EQ(joined(config.problems),
            "line 1: an if's line ends in {\n"
            "line 5: another else\n"
            "line 6: after } comes nothing, or else {, or else if CONDITION {\n"
            "line 8: an entry within an entry: is a } missing?\n"
            "line 3: the if is not closed by }\n"
            "line 10: the if is not closed by }\n");
  ASSERT_EQ(config.entries.size(), 2u);
  EXPECT_EQ(joined(config.entries[0].lines), "if exists /a {\n} else {\nboot\n}\n");
}

TEST(NativeConfig, LinesEntriesAndSubmenus) {
  const Config config = parse_native(
      "# a comment\n"
      "set timeout=5\n"
      "entry \"Debian live\" --id=deb --key=D {\r\n"
      "  info Starts Debian.\n"
      "  info It takes a while.\n"
      "  linux /vmlinuz boot=live \\\n"
      "    quiet\n"
      "  initrd /initrd.img\n"
      "}\n"
      "submenu Tools {\n"
      "  entry Memory test {\n"
      "    linux /memtest\n"
      "  }\n"
      "}\n");
  EXPECT_TRUE(config.problems.empty()) << joined(config.problems);
  EXPECT_EQ(joined(config.lines), "set timeout=5\n");
  ASSERT_EQ(config.entries.size(), 2u);
  const MenuEntry& debian = config.entries[0];
  EXPECT_EQ(str(debian.title), "Debian live");
  EXPECT_EQ(str(debian.id), "deb");
  EXPECT_EQ(debian.key, 'd');
  EXPECT_EQ(str(debian.help), "Starts Debian.\nIt takes a while.");
  EXPECT_EQ(joined(debian.lines), "linux /vmlinuz boot=live     quiet\ninitrd /initrd.img\n");
  EXPECT_EQ(debian.line_number, 3u);
  EXPECT_TRUE(config.entries[1].is_submenu);
  ASSERT_EQ(config.entries[1].entries.size(), 1u);
  EXPECT_EQ(str(config.entries[1].entries[0].title), "Memory test");
}

TEST(NativeConfig, ProblemsAreSaidAndTheRestIsUsed) {
  const Config config = parse_native("}\nentry A {\nentry B {\nboot\n");
  ASSERT_EQ(config.problems.size(), 3u);
  EXPECT_EQ(str(config.problems[0]), "line 1: } without an entry");
  EXPECT_EQ(str(config.problems[1]), "line 3: an entry within an entry: is a } missing?");
  EXPECT_EQ(str(config.problems[2]), "line 3: the entry is not closed by }");
  EXPECT_EQ(config.entries.size(), 2u);
}

TEST(NativeConfig, NestingHasAnEnd) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "submenu x {\n";
  EXPECT_FALSE(parse_native(text.c_str()).problems.empty());
}

// seeds/iso-from-usb-with-grub4dos.txt
TEST(MenuLst, TitlesAndTheirCommandsAsTheyStand) {
  const Config config = parse_menu_lst(
      "default 1\ntimeout=30\nfallback 0 2\ncolor white/blue black/light-gray\n"
      "find --set-root /boot/LinuxMint-8.iso\n"
      "title Boot from linux ISO\n"
      "map /linux.iso (0xA0)\nmap --hook\nchainloader (0xa0h)\n"
      "title ^LinuxMint 8\\nA live system\n"
      "root (0a0h)\n"
      "kernel /casper/vmlinuz iso-scan/filename=/boot/LinuxMint-8.iso boot=casper\n"
      "initrd /casper/initrd.lz\nboot\n");
  EXPECT_TRUE(config.problems.empty()) << joined(config.problems);
  EXPECT_EQ(
      joined(config.lines),
      "set default=\"1\"\nset timeout=\"30\"\nset fallback=\"0\"\nset color_normal=0x1F\nset color_selected=0x70\n"
      "find --set-root /boot/LinuxMint-8.iso\n");
  ASSERT_EQ(config.entries.size(), 2u);
  EXPECT_EQ(str(config.entries[0].title), "Boot from linux ISO");
  EXPECT_EQ(joined(config.entries[0].lines), "map /linux.iso (0xA0)\nmap --hook\nchainloader (0xa0h)\n");
  EXPECT_EQ(str(config.entries[1].title), "LinuxMint 8");
  EXPECT_EQ(config.entries[1].key, 'l');
  EXPECT_EQ(str(config.entries[1].help), "A live system");
  EXPECT_EQ(config.entries[1].lines.size(), 4u);
}

TEST(MenuLst, AnUnknownColourIsAProblem) {
  const Config config = parse_menu_lst("color pink/blue\ntitle x\n");
  ASSERT_EQ(config.problems.size(), 1u);
  EXPECT_EQ(str(config.problems[0]), "line 1: there is no colour pink/blue");
  EXPECT_EQ(config.entries.size(), 1u);
}

// GRUB Legacy's manual, "Booting DOS/Windows"
TEST(MenuLst, AChainLoadEntryRunsAndLeavesThePartitionTableAlone) {
  const Config config = parse_menu_lst(
      "hiddenmenu\nsplashimage=(hd0,0)/boot/grub/splash.xpm.gz\nforeground ffffff\ngfxmenu /message\ngraphicsmode -1 640\n"
      "title Windows\nunhide (hd0,0)\nhide (hd0,1)\nrootnoverify (hd0,0)\nmakeactive\ncolor red/black\nquiet\nfallback 2\n"
      "chainloader +1\nsavedefault\nboot\n");
  EXPECT_EQ(joined(config.problems), "");
  EXPECT_EQ(joined(config.lines), "");
  ASSERT_EQ(config.entries.size(), 1u);
  EXPECT_EQ(joined(config.entries[0].lines),
            "echo \"unhide: passed over, the partition table stays as it is\"\n"
            "echo \"hide: passed over, the partition table stays as it is\"\n"
            "rootnoverify (hd0,0)\n"
            "echo \"makeactive: passed over, the partition table stays as it is\"\n"
            "chainloader +1\nboot\n");
}

TEST(MenuLst, ALockedEntryIsRefusedOnlyWhereThereIsAPassword) {
  const Config open = parse_menu_lst("title x\nlock\nboot\n");
  EXPECT_EQ(joined(open.entries[0].lines), "boot\n");
  const Config locked =
      parse_menu_lst("password --md5 $1$2\ntitle x\nlock\nboot\ntitle y\nboot\ntitle z\npassword a\n");
  EXPECT_EQ(joined(locked.lines), "");
  EXPECT_EQ(joined(locked.entries[0].lines), "lock\nboot\n");
  EXPECT_EQ(joined(locked.entries[1].lines), "boot\n");
  EXPECT_EQ(joined(locked.entries[2].lines), "password a\n");
  EXPECT_NE(why_no_command("lock"), nullptr);
  EXPECT_NE(why_no_command("password"), nullptr);
}

TEST(ForeignWords, AreRefusedWithAReason) {
  EXPECT_STREQ(why_no_command("com32"), "Syslinux's modules (.c32) run under Syslinux alone");
  for (const char* word : {"module", "modulenounzip", "insmod", "loopback", "setup"})
    EXPECT_NE(why_no_command(word), nullptr) << word;
  for (const char* word : {"", "nonsense", "linux", "rootnoverify"}) EXPECT_EQ(why_no_command(word), nullptr) << word;
}

TEST(SyslinuxConfig, AModuleKeepsItsNameForTheMessage) {
  const Config config = syslinux("LABEL a\nCOM32 chain.c32\nAPPEND hd0 1\nLABEL b\nKERNEL /x/reboot.C32\n");
  ASSERT_EQ(config.entries.size(), 2u);
  EXPECT_EQ(joined(config.entries[0].lines), "com32 \"/isolinux/chain.c32\" hd0 1\n");
  EXPECT_EQ(joined(config.entries[1].lines), "com32 \"/x/reboot.C32\" \n");
}

TEST(SyslinuxConfig, LabelsKernelsAndInitrds) {
  const Config config = syslinux(
      "DEFAULT live\nPROMPT 1\nTIMEOUT 305\nAPPEND global=1\n"
      "LABEL live\n  KERNEL vmlinuz\n  APPEND initrd=/live/initrd.gz,more.gz boot=live quiet\n"
      "LABEL plain\n  LINUX /casper/vmlinuz\n  INITRD /casper/initrd\n"
      "LABEL none\n  KERNEL x\n  APPEND -\n"
      "LABEL disk\n  LOCALBOOT 0x80\n"
      "LABEL sector\n  KERNEL boot.bin\n");
  EXPECT_EQ(joined(config.lines), "set default=\"live\"\nset timeout=\"31\"\n");
  ASSERT_EQ(config.entries.size(), 5u);
  EXPECT_EQ(joined(config.entries[0].lines),
            "linux \"/isolinux/vmlinuz\" boot=live quiet\ninitrd \"/live/initrd.gz\" \"/isolinux/more.gz\"\n");
  EXPECT_EQ(joined(config.entries[1].lines), "linux \"/casper/vmlinuz\" global=1\ninitrd \"/casper/initrd\"\n");
  EXPECT_EQ(joined(config.entries[2].lines), "linux \"/isolinux/x\" \n");
  EXPECT_EQ(joined(config.entries[3].lines), "localboot 0x80\n");
  EXPECT_EQ(joined(config.entries[4].lines), "chainloader \"/isolinux/boot.bin\" \n");
}

TEST(SyslinuxConfig, MenusHelpAndHotKeys) {
  const Config config = syslinux(
      "UI vesamenu.c32\nMENU TITLE Installer\n"
      "LABEL a\nMENU LABEL ^Install\nKERNEL a\nTEXT HELP\nlabel is no directive here\nENDTEXT\n"
      "MENU BEGIN more\nMENU LABEL More ^options\nLABEL b\nMENU DEFAULT\nKERNEL b\nMENU END\n");
  ASSERT_EQ(config.entries.size(), 3u) << "the default is in the submenu: a copy of it is the third entry";
  EXPECT_EQ(str(config.entries[0].title), "Install");
  EXPECT_EQ(config.entries[0].key, 'i');
  EXPECT_EQ(str(config.entries[0].help), "label is no directive here");
  EXPECT_TRUE(config.entries[1].is_submenu);
  EXPECT_EQ(str(config.entries[1].title), "More options");
  EXPECT_EQ(config.entries[1].key, 'o');
  EXPECT_EQ(joined(config.lines), "set menu_title=\"Installer\"\nset default=\"b\"\n") << "no time-out: it waits";
}

TEST(SyslinuxConfig, WithoutPromptAndMenuTheDefaultStartsAtOnce) {
  EXPECT_EQ(joined(syslinux("DEFAULT linux\nLABEL linux\nKERNEL vmlinuz\n").lines),
            "set default=\"linux\"\nset timeout=\"0\"\n");
}

TEST(SyslinuxConfig, TheDefaultMayBeACommandLine) {
  const Config config = syslinux("DEFAULT linux single\nLABEL linux\nKERNEL vmlinuz\nAPPEND quiet\n");
  ASSERT_EQ(config.entries.size(), 2u);
  EXPECT_EQ(joined(config.entries[1].lines), "linux \"/isolinux/vmlinuz\" quiet single\n");
}

TEST(SyslinuxConfig, IncludesAreReadFromTheSameDirectory) {
  Files files;
  files.files["/isolinux/menu.cfg"] = "LABEL included\nKERNEL k\n";
  files.files["/isolinux/loop.cfg"] = "INCLUDE loop.cfg\n";
  const Config config = parse_syslinux("INCLUDE menu.cfg\nINCLUDE loop.cfg\nINCLUDE gone.cfg\n", "/isolinux/", files);
  ASSERT_EQ(config.entries.size(), 1u);
  EXPECT_EQ(str(config.entries[0].id), "included");
  EXPECT_EQ(joined(config.problems), "line 1: files include each other too deep\nline 3: no such file\n");
}

TEST(FindEntry, ByNumberIdOrTitle) {
  const Config config = parse_native("entry One --id=a {\n}\nentry Two {\n}\n");
  EXPECT_EQ(find_entry(config.entries, "1"), 1);
  EXPECT_EQ(find_entry(config.entries, "a"), 0);
  EXPECT_EQ(find_entry(config.entries, "Two"), 1);
  EXPECT_EQ(find_entry(config.entries, "2"), -1);
  EXPECT_EQ(find_entry(config.entries, ""), -1);
}

TEST(Quote, MakesOneWordOfAnything) { EXPECT_EQ(str(quote("a \"b\" ${c} \\")), "\"a \\\"b\\\" \\${c} \\\\\""); }

}  // namespace
}  // namespace stage2

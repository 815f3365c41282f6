<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
    <context>
        <name>engine</name>
        <message numerus="yes">
            <location filename="../../engine/__main__.py" />
            <location filename="../../engine/drive_split.py" />
            <location filename="../../engine/narrate.py" />
            <location filename="../../engine/voices.py" />
            <location filename="../../workbench/models/camera_words.py" />
            <source>%n frame</source>
            <translation>
                <numerusform>%n frame</numerusform>
                <numerusform>%n frames</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../engine/narrate.py" />
            <location filename="../../engine/rehearsal.py" />
            <source>%n batch</source>
            <translation>
                <numerusform>%n batch</numerusform>
                <numerusform>%n batches</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../engine/narrate.py" />
            <source>%n epoch</source>
            <translation>
                <numerusform>%n epoch</numerusform>
                <numerusform>%n epochs</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../engine/narrate.py" />
            <location filename="../../workbench/present/kinds.py" />
            <source>%n kind</source>
            <translation>
                <numerusform>%n kind</numerusform>
                <numerusform>%n kinds</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../engine/narrate.py" />
            <source>%n pair</source>
            <translation>
                <numerusform>%n pair</numerusform>
                <numerusform>%n pairs</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../engine/narrate.py" />
            <location filename="../../engine/report/sections.py" />
            <source>%n thread</source>
            <translation>
                <numerusform>%n thread</numerusform>
                <numerusform>%n threads</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../engine/scene_split.py" />
            <source>%n room</source>
            <translation>
                <numerusform>%n room</numerusform>
                <numerusform>%n rooms</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../engine/scene_split.py" />
            <source>%n shape</source>
            <translation>
                <numerusform>%n shape</numerusform>
                <numerusform>%n shapes</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>engine/bring</name>
        <message numerus="yes">
            <location filename="../../engine/bring/teach.py" />
            <location filename="../../workbench/models/brought_words.py" />
            <location filename="../../workbench/present/kinds.py" />
            <source>%n example</source>
            <translation>
                <numerusform>%n example</numerusform>
                <numerusform>%n examples</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>engine/datasets/drives</name>
        <message numerus="yes">
            <location filename="../../engine/datasets/drives/kitti.py" />
            <location filename="../../engine/datasets/scenes/sunrgbd.py" />
            <source>%n line</source>
            <translation>
                <numerusform>%n line</numerusform>
                <numerusform>%n lines</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>engine/datasets/scenes</name>
        <message numerus="yes">
            <location filename="../../engine/datasets/scenes/raw.py" />
            <location filename="../../engine/datasets/scenes/sunrgbd.py" />
            <source>%n box</source>
            <translation>
                <numerusform>%n box</numerusform>
                <numerusform>%n boxes</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../engine/datasets/scenes/raw.py" />
            <location filename="../../workbench/models/brought_words.py" />
            <source>%n point</source>
            <translation>
                <numerusform>%n point</numerusform>
                <numerusform>%n points</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>resources</name>
        <message>
            <location filename="../../resources/protocols.toml" />
            <source>Made to scanned, first kinds known</source>
            <translation>Made to scanned, first kinds known</translation>
        </message>
        <message>
            <location filename="../../resources/protocols.toml" />
            <source>Made to scanned, second kinds known</source>
            <translation>Made to scanned, second kinds known</translation>
        </message>
        <message>
            <location filename="../../resources/protocols.toml" />
            <source>Scanned to scanned, first kinds strange</source>
            <translation>Scanned to scanned, first kinds strange</translation>
        </message>
        <message>
            <location filename="../../resources/protocols.toml" />
            <source>Scanned to scanned, second kinds strange</source>
            <translation>Scanned to scanned, second kinds strange</translation>
        </message>
        <message>
            <location filename="../../resources/protocols.toml" />
            <source>Scanned to scanned, third kinds strange</source>
            <translation>Scanned to scanned, third kinds strange</translation>
        </message>
        <message>
            <location filename="../../resources/protocols.toml" />
            <source>ShapeNetCore, first third known</source>
            <translation>ShapeNetCore, first third known</translation>
        </message>
        <message>
            <location filename="../../resources/protocols.toml" />
            <source>ShapeNetCore, last third known</source>
            <translation>ShapeNetCore, last third known</translation>
        </message>
        <message>
            <location filename="../../resources/protocols.toml" />
            <source>ShapeNetCore, second third known</source>
            <translation>ShapeNetCore, second third known</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>A box where there is nothing.</source>
            <translation>A box where there is nothing.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>A cloud mixed from known things, to practise saying “I do not know this” on.</source>
            <translation>A cloud mixed from known things, to practise saying “I do not know this” on.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>A kind of thing that was not among those to be learnt.</source>
            <translation>A kind of thing that was not among those to be learnt.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>A large model that has learnt passes on what it knows to a small one.</source>
            <translation>A large model that has learnt passes on what it knows to a small one.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>A small memory of the model that looks at one part or property of things.</source>
            <translation>A small memory of the model that looks at one part or property of things.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>A teacher that draws around each thing in a picture.</source>
            <translation>A teacher that draws around each thing in a picture.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>A teacher that sees the street as laser points.</source>
            <translation>A teacher that sees the street as laser points.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>A thing that got no box.</source>
            <translation>A thing that got no box.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>An idea that looks at few places is sharp, one that looks everywhere is not.</source>
            <translation>An idea that looks at few places is sharp, one that looks everywhere is not.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>CE loss, gamma</source>
            <translation>CE loss, gamma</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>CRD loss, beta</source>
            <translation>CRD loss, beta</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>F-measure</source>
            <translation>F-measure</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>FGSM, IGD epsilon</source>
            <translation>FGSM, IGD epsilon</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>FPS centres</source>
            <translation>FPS centres</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>Found and not invented, over every strictness; all kinds count the same.</source>
            <translation>Found and not invented, over every strictness; all kinds count the same.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>High only when few strangers are let in and few known things are turned away.</source>
            <translation>High only when few strangers are let in and few known things are turned away.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>How many boxes have a distance that was really measured.</source>
            <translation>How many boxes have a distance that was really measured.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>How many true boxes the model’s starting boxes come near enough to.</source>
            <translation>How many true boxes the model’s starting boxes come near enough to.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>How much a box must share with the true one to count as found.</source>
            <translation>How much a box must share with the true one to count as found.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>How sure the model must be before it names a thing. Below it: “I do not know this”.</source>
            <translation>How sure the model must be before it names a thing. Below it: “I do not know this”.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>IoU threshold 0.25, 0.5</source>
            <translation>IoU threshold 0.25, 0.5</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>KD loss, alpha</source>
            <translation>KD loss, alpha</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>KD temperature</source>
            <translation>KD temperature</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>Known things named right against strangers let in, for every place of the handle.</source>
            <translation>Known things named right against strangers let in, for every place of the handle.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>Leave one region out and ask again: what drops spoke for the answer.</source>
            <translation>Leave one region out and ask again: what drops spoke for the answer.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>LiDAR teacher</source>
            <translation>LiDAR teacher</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>Looks at what a run needs and says what is fine, to know about, and to mend.</source>
            <translation>Looks at what a run needs and says what is fine, to know about, and to mend.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>Mask R-CNN teacher</source>
            <translation>Mask R-CNN teacher</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>OSCR</source>
            <translation>OSCR</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>Of the things it never learnt: how many it answers with “I do not know this”.</source>
            <translation>Of the things it never learnt: how many it answers with “I do not know this”.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>Of the things the model learnt: how many it names, and names right.</source>
            <translation>Of the things the model learnt: how many it names, and names right.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>Once through everything there is to learn from.</source>
            <translation>Once through everything there is to learn from.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>One number for all mistakes; learning makes it smaller.</source>
            <translation>One number for all mistakes; learning makes it smaller.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>Points picked one after another, each as far as it can be from those before.</source>
            <translation>Points picked one after another, each as far as it can be from those before.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>Take these away and the answer changes; the others hardly matter.</source>
            <translation>Take these away and the answer changes; the others hardly matter.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>The higher, the more the teacher’s second and third guesses count.</source>
            <translation>The higher, the more the teacher’s second and third guesses count.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>The number that is held against the threshold; for example its highest probability.</source>
            <translation>The number that is held against the threshold; for example its highest probability.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>The numbers in a model that learning turns.</source>
            <translation>The numbers in a model that learning turns.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>The share of answers that are right.</source>
            <translation>The share of answers that are right.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>The smallest changes that mislead a model, added to a picture on purpose.</source>
            <translation>The smallest changes that mislead a model, added to a picture on purpose.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>The student arranges what it has seen as the teacher does: alike things close together.</source>
            <translation>The student arranges what it has seen as the teacher does: alike things close together.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>The student learns from the label of each thing.</source>
            <translation>The student learns from the label of each thing.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>The student learns how likely the teacher finds every kind, not only the right one.</source>
            <translation>The student learns how likely the teacher finds every kind, not only the right one.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>Things the student finds alike lie close together; distances far apart mean little.</source>
            <translation>Things the student finds alike lie close together; distances far apart mean little.</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>accuracy</source>
            <translation>accuracy</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>anchor recall</source>
            <translation>anchor recall</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>anchors reach</source>
            <translation>anchors reach</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>attention entropy, low</source>
            <translation>attention entropy, low</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>balance of the two</source>
            <translation>balance of the two</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>before you start, Doctor</source>
            <translation>before you start, Doctor</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>centres, farthest first</source>
            <translation>centres, farthest first</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>closed-set accuracy</source>
            <translation>closed-set accuracy</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>concept token</source>
            <translation>concept token</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>critical points</source>
            <translation>critical points</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>depth labels valid</source>
            <translation>depth labels valid</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>dials</source>
            <translation>dials</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>epoch</source>
            <translation>epoch</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>every threshold at once</source>
            <translation>every threshold at once</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>extra</source>
            <translation>extra</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>false negative box</source>
            <translation>false negative box</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>false positive box</source>
            <translation>false positive box</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>how right it is</source>
            <translation>how right it is</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>how sure it is</source>
            <translation>how sure it is</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>how well</source>
            <translation>how well</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>how wrong it is</source>
            <translation>how wrong it is</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>idea</source>
            <translation>idea</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>knowledge distillation</source>
            <translation>knowledge distillation</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>known, kept and right</source>
            <translation>known, kept and right</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>laser teacher</source>
            <translation>laser teacher</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>loss</source>
            <translation>loss</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>mAP, average precision</source>
            <translation>mAP, average precision</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>map of the student’s mind</source>
            <translation>map of the student’s mind</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>missed</source>
            <translation>missed</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>occlusion attribution</source>
            <translation>occlusion attribution</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>open-set accuracy</source>
            <translation>open-set accuracy</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>outline teacher</source>
            <translation>outline teacher</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>overlap by a quarter or a half</source>
            <translation>overlap by a quarter or a half</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>parameters</source>
            <translation>parameters</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>pass over the data</source>
            <translation>pass over the data</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>points it decided by</source>
            <translation>points it decided by</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>preflight, doctor</source>
            <translation>preflight, doctor</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>pretend stranger</source>
            <translation>pretend stranger</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>pseudo-open-set sample</source>
            <translation>pseudo-open-set sample</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>rejection threshold</source>
            <translation>rejection threshold</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>score, MSP</source>
            <translation>score, MSP</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>shake the picture, of 255 grey levels</source>
            <translation>shake the picture, of 255 grey levels</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>shape of ideas</source>
            <translation>shape of ideas</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>sharp</source>
            <translation>sharp</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>soft answers</source>
            <translation>soft answers</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>stranger</source>
            <translation>stranger</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>strangers turned away</source>
            <translation>strangers turned away</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>t-SNE</source>
            <translation>t-SNE</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>teacher and student</source>
            <translation>teacher and student</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>teacher softness</source>
            <translation>teacher softness</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>the right answer</source>
            <translation>the right answer</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>threshold</source>
            <translation>threshold</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>unknown class</source>
            <translation>unknown class</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>valid depth labels</source>
            <translation>valid depth labels</translation>
        </message>
        <message>
            <location filename="../../resources/words.toml" />
            <source>what spoke for it</source>
            <translation>what spoke for it</translation>
        </message>
    </context>
    <context>
        <name>workbench</name>
        <message numerus="yes">
            <location filename="../../workbench/doctor_runs.py" />
            <source>%n file</source>
            <translation>
                <numerusform>%n file</numerusform>
                <numerusform>%n files</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../workbench/doctor_runs.py" />
            <source>%n folder</source>
            <translation>
                <numerusform>%n folder</numerusform>
                <numerusform>%n folders</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../workbench/doctor_runs.py" />
            <location filename="../../workbench/pages/home.py" />
            <location filename="../../workbench/views/trash_dialog.py" />
            <source>%n run</source>
            <translation>
                <numerusform>%n run</numerusform>
                <numerusform>%n runs</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../workbench/opening.py" />
            <source>%n single file</source>
            <translation>
                <numerusform>%n single file</numerusform>
                <numerusform>%n single files</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>workbench/models</name>
        <message numerus="yes">
            <location filename="../../workbench/models/brought_words.py" />
            <source>%n corner</source>
            <translation>
                <numerusform>%n corner</numerusform>
                <numerusform>%n corners</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../workbench/models/compare_columns.py" />
            <location filename="../../workbench/tour/beside.py" />
            <source>%n pass</source>
            <translation>
                <numerusform>%n pass</numerusform>
                <numerusform>%n passes</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>workbench/pages</name>
        <message numerus="yes">
            <location filename="../../workbench/pages/data.py" />
            <source>%n object</source>
            <translation>
                <numerusform>%n object</numerusform>
                <numerusform>%n objects</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>workbench/present</name>
        <message numerus="yes">
            <location filename="../../workbench/present/kinds.py" />
            <source>%n known thing</source>
            <translation>
                <numerusform>%n known thing</numerusform>
                <numerusform>%n known things</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../workbench/present/kinds.py" />
            <source>%n stranger</source>
            <translation>
                <numerusform>%n stranger</numerusform>
                <numerusform>%n strangers</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../workbench/present/kinds.py" />
            <source>%n thing</source>
            <translation>
                <numerusform>%n thing</numerusform>
                <numerusform>%n things</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../workbench/present/others.py" />
            <source>%n camera frame</source>
            <translation>
                <numerusform>%n camera frame</numerusform>
                <numerusform>%n camera frames</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>workbench/views</name>
        <message numerus="yes">
            <location filename="../../workbench/views/trash_dialog.py" />
            <source>%n day</source>
            <translation>
                <numerusform>%n day</numerusform>
                <numerusform>%n days</numerusform>
            </translation>
        </message>
    </context>
</TS>

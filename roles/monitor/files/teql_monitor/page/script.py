# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A convenience for those with JavaScript: a line at the pointer through all strips, and the values of the column.

It reads the values back from the drawn paths (see shapes), so they stand in the page once.
"""

from __future__ import annotations

SCRIPT = r"""
(function(){
var all=document.querySelector(".strips");if(!all)return;
var data=all.dataset,columns=+data.columns,step=+data.step,cross,tip;
function values(strip,kind){
 var path=strip.querySelector("path."+kind),found=[],x=0,y=0,m,i,a;
 if(!path)return found;
 var words=/([Mvh])(-?\d+)(?: (\d+))?/g,d=path.getAttribute("d");
 while((m=words.exec(d))){a=+m[2];
  if(m[1]=="M"){x=a;y=+m[3]}else if(m[1]=="v")y+=a;else{for(i=0;i<a;i++)found[x+i]=y;x+=a}}
 return found}
function read(strip){
 if(strip.seen)return strip.seen;
 var seen={};["low","mean","high","lost","tx","rx","spread","every"].forEach(function(k){seen[k]=values(strip,k)});
 return strip.seen=seen}
function known(list,column,change){return list[column]===undefined?null:change(list[column])}
function clock(seconds){return new Date((seconds+ +data.offset)*1000).toISOString().slice(11,16)}
function few(value){return value>=100?value.toFixed(0):value.toFixed(1)}
function words(strip,column,row){
 var s=read(strip),full=+strip.dataset.full,rate=+strip.dataset.rate,start=+data.start+column*step;
 var title=row.querySelector(".title,.head b,.head bdi"),said=[(title?title.textContent+", ":"")+clock(start)];
 var ms=function(y){return y<=0?"over "+full+" ms":few((400-y)/400*full)+" ms"};
 var flow=function(y){return few((100-y)/100*rate/1000)+" Mbit/s"};
 var add=function(word,text){if(text!==null)said.push(word+" "+text)};
 add("fastest",known(s.low,column,ms));add("average",known(s.mean,column,ms));add("slowest",known(s.high,column,ms));
 add("lost",known(s.lost,column,function(y){return few(y*y/1600)+" %"})||(s.low[column]===undefined?null:"nothing"));
 add("up",known(s.tx,column,flow));add("down",known(s.rx,column,flow));
 add("in the bond",known(s.spread,column,ms));add("all lines",known(s.every,column,ms));
 return said.join("\n")}
function make(kind){var e=document.createElement("div");e.className=kind;return e}
function hide(){if(cross){cross.remove();tip.remove();cross=tip=null}}
function show(event){
 var row=event.target.closest?event.target.closest(".row"):null,strip=row&&row.querySelector(".strip");
 if(!strip)return hide();
 var box=strip.getBoundingClientRect(),column=Math.floor((event.clientX-box.left)/box.width*columns);
 if(column<0||column>=columns)return hide();
 if(!cross){cross=make("cross");all.appendChild(cross);tip=make("tip");document.body.appendChild(tip)}
 cross.style.left=(event.clientX-all.getBoundingClientRect().left)+"px";
 tip.textContent=words(strip,column,row);
 var left=event.clientX+14;if(left+tip.offsetWidth>innerWidth-4)left=event.clientX-14-tip.offsetWidth;
 tip.style.left=Math.max(2,left)+"px";
 tip.style.top=Math.max(2,Math.min(event.clientY+14,innerHeight-tip.offsetHeight-4))+"px"}
all.addEventListener("pointermove",show);all.addEventListener("pointerdown",show);
all.addEventListener("pointerleave",hide);addEventListener("scroll",hide,{passive:true});
})();
"""
